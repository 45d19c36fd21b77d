"""A small feed with a column of every type: its contract, its files, and what the lake holds of it.

Homes and contracts of it are the fixtures `home` and `contracts` of every test module that has no others.
"""

import datetime
import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from orchestration.home import Home
from orchestration.landing import LedgerEntry, read_contracts

LATER = datetime.date(2030, 1, 1)
DAY = "2021-03-01"

DECLARATION = """
version: 2
sources:
  - name: visits
    tables:
      - name: visits
        config:
          meta:
            contract:
              version: 1
              formats: [csv, csv.gz, parquet]
              rules:
                - {name: ends_before_it_starts, column: ended, sql: "ended >= started"}
                - {name: in_the_future, column: started, sql: "started < received_on + interval 1 day"}
        columns:
          - name: id_personne
            data_type: ubigint
            config: {meta: {contract: {type: key64, required: true, pattern: '[0-9a-f]{4}'}}}
          - {name: sexe, data_type: varchar, config: {meta: {contract: {type: string, values: [F, H]}}}}
          - {name: age, data_type: integer, config: {meta: {contract: {type: integer, min: 0, max: 120}}}}
          - name: started
            data_type: timestamp
            config: {meta: {contract: {type: timestamp, required: true, min: '2020-01-01'}}}
          - {name: ended, data_type: date, config: {meta: {contract: {type: date}}}}
          - {name: weight, data_type: double, config: {meta: {contract: {type: decimal, min: 0}}}}
          - {name: price, data_type: 'decimal(6,2)', config: {meta: {contract: {type: decimal}}}}
          - {name: note, data_type: varchar, config: {meta: {contract: {type: string}}}}
          - {name: delivery, data_type: ubigint}
          - {name: line, data_type: integer}
          - {name: received_on, data_type: date}
"""
HEADER = "id_personne;sexe;age;started;ended;weight;price;note"
ROW = "00ab;F;42;2021-02-27T10:30;2021-03-05;61.5;12.50;fine"


def declared(folder: Path, text: str) -> dict:
    """The contracts of a source file with this text."""
    path = folder / "staging" / "visits" / "_visits__sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return read_contracts(folder / "staging")


def deliver(home: Home, name: str, content: bytes | str | pa.Table, day: str = DAY, feed: str = "visits") -> Path:
    """Put a file into the landing folder."""
    path = home.landing / feed / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, pa.Table):
        pyarrow.parquet.write_table(content, path)
    else:
        content = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def lines(*rows: str) -> str:
    """A CSV file of the small feed with these rows."""
    return "\n".join([HEADER, *rows, ""])


def query(home: Home, sql: str, feed: str = "visits") -> list[tuple]:
    """Ask the lake as dbt does; {raw}, {quarantine} and {ledger} are its relations."""
    globs = {
        side: f"read_parquet('{home.lake}/{side}/{feed}/*/*.parquet', hive_partitioning = true, union_by_name = true)"
        for side in ("raw", "quarantine")
    }
    with duckdb.connect() as con:
        return con.execute(sql.format(**globs, ledger=f"read_parquet('{home.lake}/ledger.parquet')")).fetchall()


def broken(home: Home, feed: str = "visits") -> list[tuple[int, str, str, str]]:
    """The quarantine as (line, column, rule, value)."""
    return query(home, "select line, column_name, rule, value from {quarantine} order by line", feed)


def state(home: Home) -> dict[str, object]:
    """Everything in the lake but the times of landing."""
    found = {}
    for path in sorted(home.lake.rglob("*")):
        name = str(path.relative_to(home.lake))
        if path.suffix == ".json" and path.name != "keys.json":
            found[name] = LedgerEntry.model_validate_json(path.read_text()).model_copy(
                update={"landed_at": datetime.datetime.min}
            )
        elif path.name == "ledger.parquet" or path.parent.name == "deliveries":
            found[name] = pyarrow.parquet.read_table(path).drop_columns("landed_at").to_pylist()
        elif path.is_file() and not path.name.startswith(".lock"):
            found[name] = path.read_bytes()
    return found


def as_text(rows: list[str]) -> pa.Table:
    """Rows of the small feed as a table of text."""
    columns = zip(*(row.split(";") for row in rows), strict=True)
    return pa.table(dict(zip(HEADER.split(";"), (list(column) for column in columns), strict=True)))
