"""A seeded lake of any size, written by DuckDB as landing would have left it: a year of history, then one delivery."""

import datetime as dt
import hashlib
from pathlib import Path

import duckdb

from orchestration.home import PROJECT, Home
from orchestration.landing import LedgerEntry, prepare_lake
from orchestration.landing.lake import Lake

SQL = Path(__file__).parent / "sql"
FIRST_DAY = dt.date(2021, 1, 1)
DAYS = 365
RECEIVED_ON = FIRST_DAY + dt.timedelta(DAYS)
# The country does not grow with the history: more tests are more tests of the same people.
PEOPLE = 40_000_000


def write_history(home: Home, rows: int, *, seed: int = 1) -> None:
    """Write `rows` results over 365 days, one delivery a month, and the ledger; the lake is empty before."""
    prepare_lake(home)
    with _connected(home, seed) as con:
        _set(con, rows=rows, days=DAYS, first_day=FIRST_DAY)
        for first, last in _months():
            _set(con, from_day=(first - FIRST_DAY).days, until_day=(last - FIRST_DAY).days + 1)
            con.execute((SQL / "history.sql").read_text())
            _deliver(home, con, last)
    prepare_lake(home)


def write_delta(home: Home, rows: int, delta: int, *, seed: int = 1) -> None:
    """Add one delivery of `delta` rows, received the day after a history of `rows` rows: fresh, late, corrections."""
    with _connected(home, seed) as con:
        _set(con, rows=rows, days=DAYS, first_day=FIRST_DAY, delta=delta, received_on=RECEIVED_ON)
        con.execute((SQL / "delta.sql").read_text())
        _deliver(home, con, RECEIVED_ON)
    prepare_lake(home)


def _connected(home: Home, seed: int) -> duckdb.DuckDBPyConnection:
    """A connection that knows where people live."""
    con = duckdb.connect(
        config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(home.lake / ".tmp")}
    )
    con.execute("set preserve_insertion_order = false")
    _set(con, seeds=str(PROJECT / "seeds" / "referential"), seed=seed, people=PEOPLE)
    con.execute((SQL / "places.sql").read_text())
    return con


def _set(con: duckdb.DuckDBPyConnection, **variables: object) -> None:
    for name, value in variables.items():
        con.execute(f"set variable {name} = ?", [value])


def _deliver(home: Home, con: duckdb.DuckDBPyConnection, received_on: dt.date) -> None:
    """Write the rows that table `asked` names as one accepted delivery, then its entry of the ledger."""
    lake = Lake(home)
    name = f"{received_on}/results.parquet"
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    delivery = con.execute("select md5_number_lower(?)", [sha256]).fetchall()[0][0]
    _set(con, delivery=delivery)
    path = lake.accepted("sidep", received_on, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    records = (SQL / "records.sql").read_text()
    rows = con.execute(f"copy ({records}) to '{path}' (format parquet, compression zstd)").fetchall()[0][0]
    entry = LedgerEntry(
        feed="sidep",
        file=name,
        received_on=received_on,
        bytes=path.stat().st_size,
        mtime_ns=0,
        sha256=sha256,
        delivery=delivery,
        rows_received=rows,
        rows_accepted=rows,
        contract_version=1,
        landed_at=dt.datetime.combine(received_on, dt.time(6)),
        verdict="accepted",
    )
    lake.commit(lake.ledger(), entry)


def _months() -> list[tuple[dt.date, dt.date]]:
    """First and last day of each month of the history."""
    firsts = [dt.date(FIRST_DAY.year, month, 1) for month in range(1, 13)]
    return [
        (first, after - dt.timedelta(1))
        for first, after in zip(firsts, [*firsts[1:], RECEIVED_ON], strict=True)
    ]
