"""A seeded lake of any size, written by DuckDB as landing would have left it: a year of history, then one delivery."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.home import PROJECT, Home
from orchestration.landing import LedgerEntry, prepare_lake
from orchestration.landing.lake import Lake

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class History:
    """`rows` results over `days` days from `first_day` on, about `people` people; one delivery a month.

    The country does not grow with the history: more tests are more tests of the same people.
    """

    rows: int
    days: int = 365
    first_day: dt.date = dt.date(2021, 1, 1)
    people: int = 40_000_000
    seed: int = 1

    @property
    def end(self) -> dt.date:
        """The day after the last one, on which the delta is received."""
        return self.first_day + dt.timedelta(self.days)

    def months(self) -> Iterator[tuple[dt.date, dt.date]]:
        """First day of each month of the history and the day after its last."""
        first = self.first_day
        while first < self.end:
            following = min((first.replace(day=1) + dt.timedelta(32)).replace(day=1), self.end)
            yield first, following
            first = following


def write_history(home: Home, history: History) -> None:
    """Write the deliveries of the history and their ledger; the lake is empty before."""
    prepare_lake(home)
    with _connected(home, history) as con:
        for first, following in history.months():
            _set(con, from_day=(first - history.first_day).days, until_day=(following - history.first_day).days)
            con.execute((SQL / "history.sql").read_text())
            _deliver(home, con, following - dt.timedelta(1))
    prepare_lake(home)


def write_delta(home: Home, history: History, delta: int, corrected_days: int | None = None) -> None:
    """Add one delivery of `delta` rows, received the day after the history: fresh rows, late ones, corrections.

    What is corrected is of the last `corrected_days` of the history, or of any of its days.
    """
    with _connected(home, history) as con:
        correctable = history.rows * (corrected_days or history.days) // history.days
        _set(con, delta=delta, received_on=history.end, correctable=correctable)
        con.execute((SQL / "delta.sql").read_text())
        _deliver(home, con, history.end)
    prepare_lake(home)


def _connected(home: Home, history: History) -> duckdb.DuckDBPyConnection:
    """A connection that knows the history asked for and where people live."""
    spill = str(home.lake / ".tmp" / "spill")
    con = duckdb.connect(config={"threads": 2, "memory_limit": "4GB", "temp_directory": spill})
    con.execute("set preserve_insertion_order = false")
    # It would run through the log of a bench whose output is kept.
    con.execute("set enable_progress_bar = false")
    _set(con, seeds=str(PROJECT / "seeds" / "referential"), **asdict(history))
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
