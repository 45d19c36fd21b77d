"""Upkeep of the raw lake once the warehouse has taken everything in: erasure of persons, compaction of small files.

Both rewrite files of the lake under its lock and are safe to kill: a file is replaced whole, what was erased is
counted from the ledger and not added up, and a compaction that was cut is finished or undone by the next one.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.landing.contract import Contract, read_contracts
from orchestration.landing.lake import Lake, publish

#: Partitions received at least this many days before the last one are compacted: late files rarely come to them.
COMPACT_AFTER_DAYS = 7
ZSTD = "(format parquet, compression zstd)"


def erase(home: Home) -> int:
    """Remove the persons of all requests for erasure from the lake, the quarantine and the warehouse.

    To be called when the warehouse has taken the requests in: its counts no longer hold these persons, and nothing but
    the count of removed rows by delivery (`lake/erased_rows.parquet`) is left of them. Gives the number of files
    rewritten.
    """
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        con.execute(
            "create temp table persons as select distinct id_personne as person_key "
            f"from read_parquet('{lake.folder}/raw/erasure/*/*.parquet')"
        )
        if not con.execute("select count(*) from persons").fetchall()[0][0]:
            return 0
        held = [
            (path, column)
            for contract in read_contracts().values()
            if contract.feed != "erasure" and contract.person
            for path, column in _files_with(lake, contract, con)
        ]
        if held:
            _count(lake, con, held)
        for path, column in held:
            _replace(lake, con, path, f"select * from {_rows(path)} where {_stays(column)}")
        _forget(home, con)
    return len(held)


def compact(home: Home) -> int:
    """Make one file of the small files of each older day of receipt; gives the number of files that went.

    The rows keep their delivery, so the account of rows does not change.
    """
    lake = Lake(home)
    journal = lake.folder / "compaction.json"
    gone = 0
    with lake.locked(), lake.connected() as con:
        _finish(journal)
        for folder in _old_partitions(lake):
            files = sorted(folder.glob("*.parquet"))
            if len(files) < 2:
                continue
            name = hashlib.sha256(" ".join(file.name for file in files).encode()).hexdigest()[:12]
            target = folder / f"compacted-{name}.parquet"
            # From here on the next run knows which files the new one stands for.
            plan = lake.temporary / "compaction.json"
            plan.write_text(json.dumps({"target": str(target), "replaces": [str(file) for file in files]}))
            publish(plan, journal)
            names = ", ".join(f"'{file}'" for file in files)
            _replace(lake, con, target, f"select * from read_parquet([{names}], hive_partitioning = false)")
            _finish(journal)
            gone += len(files)
    return gone


def _finish(journal: Path) -> None:
    """End a compaction: when its new file is there the old ones go, else they stay."""
    if not journal.is_file():
        return
    plan = json.loads(journal.read_text())
    if Path(plan["target"]).is_file():
        for file in plan["replaces"]:
            Path(file).unlink(missing_ok=True)
    journal.unlink()


def _old_partitions(lake: Lake) -> Iterator[Path]:
    days = {folder: folder.name.removeprefix("received_on=") for folder in lake.folder.glob("*/*/received_on=*")}
    if not days:
        return
    last = datetime.date.fromisoformat(max(days.values()))
    limit = (last - datetime.timedelta(days=COMPACT_AFTER_DAYS)).isoformat()
    yield from sorted(folder for folder, day in days.items() if day <= limit)


def _files_with(lake: Lake, contract: Contract, con: duckdb.DuckDBPyConnection) -> list[tuple[Path, str]]:
    """Files of the lake and of the quarantine of a feed that hold a row of a person to be erased."""
    found = []
    for side, column in (("raw", contract.person.name), ("quarantine", "person_key")):
        files = f"read_parquet('{lake.folder}/{side}/{contract.feed}/*/*.parquet', filename = true)"
        rows = con.execute(f"select distinct filename from {files} where {column} in (from persons)").fetchall()
        found += [(Path(row[0]), column) for row in rows]
    return found


def _count(lake: Lake, con: duckdb.DuckDBPyConnection, held: list[tuple[Path, str]]) -> None:
    """Write how many rows of each delivery the lake no longer holds: what landing accepted minus what remains."""
    table = lake.folder / "erased_rows.parquet"
    con.execute("create temp table touched (feed varchar, side varchar, delivery ubigint)")
    con.execute("create temp table remaining (side varchar, delivery ubigint, remaining bigint)")
    for path, column in held:
        side, feed = path.relative_to(lake.folder).parts[:2]
        con.execute(
            f"insert into touched select distinct ?, ?, delivery from {_rows(path)} where {column} in (from persons)",
            [feed, side],
        )
        con.execute(
            f"insert into remaining select ?, delivery, count(*) filter ({_stays(column)}) "
            f"from {_rows(path)} group by delivery",
            [side],
        )
    counted = f"""
        with before as (select * from '{table}'),
        now as (
            select
                touched.feed,
                touched.delivery,
                max(ledger.rows_accepted - remaining.remaining) filter (touched.side = 'raw') as rows_in_lake,
                max(ledger.rows_rejected - remaining.remaining) filter (touched.side = 'quarantine')
                    as rows_in_quarantine
            from touched
            inner join remaining using (side, delivery)
            inner join '{lake.folder}/ledger.parquet' as ledger using (feed, delivery)
            group by touched.feed, touched.delivery
        )
        select
            feed,
            delivery,
            coalesce(now.rows_in_lake, before.rows_in_lake, 0)::bigint as rows_in_lake,
            coalesce(now.rows_in_quarantine, before.rows_in_quarantine, 0)::bigint as rows_in_quarantine
        from before full join now using (feed, delivery)
        order by feed, delivery
    """
    _replace(lake, con, table, counted)


def _rows(path: Path) -> str:
    """The rows of one file as they are in it, without the day of receipt that its folder bears."""
    return f"read_parquet('{path}', hive_partitioning = false)"


def _stays(column: str) -> str:
    return f"({column} is null or {column} not in (from persons))"


def _replace(lake: Lake, con: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    """Write the rows of the query as the file `path`, whole or not at all."""
    written = lake.temporary / "upkeep.parquet"
    con.execute(f"copy ({query}) to '{written}' {ZSTD}")
    publish(written, path)


def _forget(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Delete the persons from every table of the warehouse that has a column `person_key`."""
    if not home.database.is_file():
        return
    con.execute(f"attach '{home.database}' as warehouse")
    tables = con.execute(
        "select distinct t.schema_name, t.table_name from duckdb_tables() t join duckdb_columns() c "
        "using (database_name, schema_name, table_name) "
        "where t.database_name = 'warehouse' and c.column_name = 'person_key'"
    ).fetchall()
    for schema, table in tables:
        con.execute(f'delete from warehouse."{schema}"."{table}" where person_key in (from persons)')
    con.execute("detach warehouse")
