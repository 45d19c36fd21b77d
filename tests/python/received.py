"""What feeds have sent, as if it had landed, and the signals that are told of it; without landing and dbt.

Signals look at rows received, whatever becomes of them: two years of a feed are a table, and an incident is a change of
it by SQL. The files are those of the simulator, read whole; keys are hashes without a secret.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml
from rendered_models import REPOSITORY, Models, Project

from orchestration.home import Home
from orchestration.landing import read_contracts
from orchestration.simulator import simulate

#: What a test has simulated unless it says otherwise: what breaks a rule never gets into the lake.
CLEAN = {"bad_row": 0.0, "file_twice": 0.0}
ADDED = "delivery ubigint, line integer, arrival bigint, received_on date"
LEDGER = (
    "feed varchar, file varchar, received_on date, bytes bigint, sha256 varchar, delivery ubigint,"
    " rows_received bigint, rows_accepted bigint, rows_rejected bigint, rows_duplicate bigint, rows_blank bigint,"
    " contract_version integer, landed_at timestamp, verdict varchar, reason varchar, extra_columns bigint,"
    " arrival bigint, withdraws ubigint, withdrawn_on date"
)
#: What signals are told of besides what was received: counts, of which there are none here.
GIVEN = {
    "counted_batches": "select '' as feed, 0 as batch, 0::ubigint as delivery where false",
    "counted_changes": "select '' as feed, 0 as batch, '' as measure, current_date as day, 0 as difference where false",
    "indicator_catalogue": "select 'sidep' as source from range(3)",
}
TABLES = ("calendar", "received", "sender_days")


@dataclass(frozen=True)
class Signal:
    """A row of a signal; `sender` is empty when it is of the whole feed."""

    signal: str
    feed: str
    sender: str | None
    day: dt.date
    first_day: dt.date
    measure: str
    observed: float
    expected: float
    score: float
    threshold: float
    severity: str


class Received:
    """The rows that feeds have sent, in the tables `lake.<feed>`, with the models of the signals over them."""

    def __init__(self, home: Home, feeds: Iterable[str], **variables: object) -> None:
        """Read the files in the landing folder of a home; the other feeds of the project have sent nothing."""
        self.connection = duckdb.connect()
        self.connection.execute(
            "set TimeZone = 'UTC'; set threads = 2; attach ':memory:' as vigie; use vigie; create schema lake"
        )
        for feed, contract in read_contracts(REPOSITORY / "models" / "staging").items():
            columns = {column.name: column.data_type for column in contract.columns}
            declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            self.connection.execute(f"create table lake.{feed} ({declared}, {ADDED})")
            self.connection.execute(f"create table lake.{feed}_deliveries ({LEDGER})")
            if feed in feeds:
                self._read(feed, columns, home.landing / feed)
        project = Project.read(**variables)
        self.models = Models(project, self.connection, "vigie", lambda _, table: f"lake.{table}")
        self.names = [f"signal_{name}" for name in project.variables["signals"]["thresholds"]]
        self.order = project.upstream([*self.names, "signals"], given=GIVEN)
        for name, rows in GIVEN.items():
            self.models.give(name, rows)
        for seed in project.seeds(self.order):
            self.models.seed(seed)
        self.models.run(self.order)

    @staticmethod
    def settings() -> dict[str, object]:
        """The variable `signals` as the project declares it."""
        declared = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
        return declared["vars"]["signals"]

    def _read(self, feed: str, columns: Mapping[str, str], folder: Path) -> None:
        """Take the Parquet files of a folder `<feed>/<day>` into the tables of a feed."""
        typed = ", ".join(
            f'hash("{name}")::ubigint' if kind == "ubigint" else f'"{name}"::{kind}' for name, kind in columns.items()
        )
        files = f"read_parquet('{folder}/*/*.parquet', filename = true, union_by_name = true)"
        day = "split_part(filename, '/', -2)::date"
        self.connection.execute(
            f"insert into lake.{feed} select {typed}, hash(filename), row_number() over (partition by filename), 0,"
            f" {day} from {files}"
        )
        self.connection.execute(
            f"insert into lake.{feed}_deliveries by name select '{feed}' as feed, filename as file,"
            f" {day} as received_on, md5(filename) as sha256, hash(filename) as delivery, count(*) as rows_received,"
            " count(*) as rows_accepted, 0 as rows_rejected, 0 as rows_duplicate, 0 as rows_blank,"
            f" 'accepted' as verdict, '' as reason from {files} group by filename"
        )

    def today(self) -> list[tuple]:
        """The rows of the view `signals`."""
        return self.connection.execute(f"select * from {self.models.relation('signals')}").fetchall()

    def signals(self, until: dt.date | None = None) -> list[Signal]:
        """The signals of every day up to one, each as it would have been told on that day."""
        told = " union all ".join(f"select * from {self.models.relation(name)}" for name in self.names)
        rows = self.connection.execute(f"select * from ({told}) where day <= ? order by all", [until or dt.date.max])
        return [Signal(*row) for row in rows.fetchall()]

    @contextmanager
    def changed(self, *changes: str) -> Iterator[list[Signal]]:
        """The signals of every day after changes, SQL on the tables `lake.<feed>`; afterwards all is as it was."""
        self.connection.execute("begin transaction")
        try:
            for change in changes:
                self.connection.execute(change)
            self.models.run([f"int_signals__{name}" for name in TABLES])
            yield self.signals()
        finally:
            self.connection.execute("rollback")


def sent(home: Home, sizes: Mapping[str, int], first: dt.date, last: dt.date, seed: int) -> Home:
    """A home in which the producers of feeds have sent what they do between two days, and nothing has gone wrong."""
    for feed, size in sizes.items():
        simulate(home, feed, "builtin", first, last, seed, CLEAN, "parquet", size)
    return home
