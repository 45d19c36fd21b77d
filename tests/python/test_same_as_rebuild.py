"""What runs have accumulated equals what a rebuild from zero gives, whatever was delivered, in whatever order.

Sequences of deliveries are drawn: splits, duplicates of rows and of files, late rows, corrections of anything
(person, laboratory, day, place, result), identifiers given twice, versions out of order, deletions before or after what
they delete, a delivery that was missing and is found, one that is withdrawn, persons erased, runs killed between two
models. The models' own SQL is run on them without dbt
(see `rendered_models`), on a France of three départements in which a positive result counts again after 4 days, and
after each run every relation that the published files are made from is compared with that of a rebuild.

VIGIE_EXAMPLES=N in the environment draws N sequences instead of the default.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest
from drawing import SEED, sequences_drawn
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rendered_models import Models, Project, differing

from orchestration.warehouse.sealing import Sealed, seal_months

EXAMPLES = sequences_drawn(few=12, many=30)
# Shrinking takes minutes: it is for those who ask for more examples, to look into one that fails.
PHASES = [Phase.generate, *([Phase.reuse, Phase.shrink] if "VIGIE_EXAMPLES" in os.environ else [])]
FIRST_DAY = dt.date(2021, 1, 28)
DAYS, PERSONS, RESULTS = 11, 3, 20
#: Days of sampling: many pairs are 4 days apart, where a positive result still excludes, or 5, where it no longer does.
SAMPLED = [0, 1, 4, 5, 8, 9, 10]

#: January may be sealed when the last day of February is later than this.
HOT_DAYS = 2

#: A small France: the rows of the seeds that are kept.
KEPT = {
    "departements": "dep in ('01', '69', '75')",
    "communes": "com in ('01004', '69123', '75056')",
    "commune_arrondissements": "com in ('69123', '75056')",
    "epci": "epci in ('240100883', '200046977', '200054781')",
    "metropoles": "epci in ('200046977', '200054781')",
    "age_years": "age in (0, 17, 18, 64, 65, 90)",
}
#: What the models know of places and population, given instead of computed.
GIVEN = {
    "int_referential__places": """
        select com || '0000' as iris, com, epci, epci as metropole, dep, null::varchar as reg
        from (values ('01004', '240100883', '01'), ('69123', '200046977', '69')) as communes (com, epci, dep)
        union all select '751010001', '75056', '200054781', '200054781', '75', '11'
    """,
    "int_referential__population": """
        select *, date '1900-01-01' as valid_from, date '9999-12-31' as valid_to from (values
            ('FRA', 'FR', 'all', 'all', 'all', 1000.0, 'small'), ('DEP', '01', 'all', 'all', 'all', 300.0, 'small')
        ) as cells (geo_level, geo_code, sex, age_scheme, age_class, population, population_vintage)
    """,
}
#: département, commune, IRIS of residence.
PLACES = [
    ("75", "75101", "751010001"), ("01", "01004", "010040000"), (None, "69381", None), ("69", None, None),
    (None, None, "010040000"), ("99", None, None), (None, None, None), ("75", "01004", None),
]  # fmt: skip
AGES = [0, 17, 18, 64, 65, 90, None]

#: Compared after each run, `int_testing__cells` and `int_testing__cube_days` besides; and after the last one.
COMPARED = [
    "int_testing__calendar", "int_testing__local_windows", "int_testing__onset_delays", "int_testing__result_delays",
    "int_testing__completeness", "int_testing__account",
]  # fmt: skip
COMPARED_LAST = ["int_testing__cube"]


# --------------------------------------------------------------------------- what is drawn


@dataclass(frozen=True)
class Version:
    """A version of a record, before it has a line in a file."""

    result: int
    version: int
    nature: str
    person: int
    day: int
    at: int
    analysis: str
    outcome: str
    sex: str | None
    age: int | None
    place: int
    symptoms: str | None
    onset: int | None
    delay: int
    target: int | None
    laboratory: int = 0


def records() -> st.SearchStrategy[Version]:
    """First sendings, most of them of a virological test."""
    return st.builds(
        Version,
        result=st.integers(0, RESULTS - 1),
        version=st.sampled_from([1, 1, 1, 1, 2]),
        nature=st.sampled_from(["new"] * 9 + ["deletion"]),
        person=st.integers(0, PERSONS - 1),
        day=st.sampled_from(SAMPLED),
        at=st.sampled_from([10, 10, 600]),
        analysis=st.sampled_from([*["RT-PCR"] * 5, "ANTIGENIQUE", "ANTIGENIQUE", "SEROLOGIE"]),
        outcome=st.sampled_from("PPPPNNNNI"),
        sex=st.sampled_from(["F", "H", "I", None]),
        age=st.sampled_from(AGES),
        place=st.integers(0, len(PLACES) - 1),
        symptoms=st.sampled_from(["O", "O", "N", None]),
        onset=st.sampled_from([0, 3, 40, None]),
        delay=st.sampled_from([0, 23, 24, 24 * 40]),
        target=st.sampled_from([None, 0, 1]),
        laboratory=st.sampled_from([0, 0, 1]),
    )


@dataclass(frozen=True)
class Change:
    """An earlier version sent again: as it was, deleted, or with some of it changed and another version number."""

    which: int
    by: int
    nature: str
    changes: dict

    def applied_to(self, sent: list[Version]) -> Version | None:
        """The version that comes out, None while nothing has been sent."""
        if not sent:
            return None
        before = sent[-1 - self.which % len(sent)]
        values = before.__dict__ | self.changes
        return Version(**values | {"version": max(1, before.version + self.by), "nature": self.nature})


changed_records = st.builds(
    Change,
    which=st.integers(0, 7),
    by=st.sampled_from([1, 1, 1, 0, -1, 2]),
    nature=st.sampled_from(["correction", "correction", "deletion", "new"]),
    changes=st.fixed_dictionaries(
        {},
        optional={
            "person": st.integers(0, PERSONS - 1),
            "day": st.sampled_from(SAMPLED),
            "outcome": st.sampled_from(["P", "N", "I"]),
            "analysis": st.sampled_from(["RT-PCR", "ANTIGENIQUE", "SEROLOGIE"]),
            "place": st.integers(0, len(PLACES) - 1),
            "age": st.sampled_from(AGES),
            "laboratory": st.integers(0, 1),
        },
    ),
)


@dataclass(frozen=True)
class Delivery:
    """A file: received so many days before the run that lands it, with its rows; or an earlier file once more.

    Or the request to erase a person, or the withdrawal of an earlier file.
    """

    days_late: int
    rows: list[Version | Change]
    again: str = ""
    which: int = 0


def files(rows: st.SearchStrategy, least: int) -> st.SearchStrategy[Delivery]:
    """Files of at least so many rows, some of which have been on their way for days."""
    return st.builds(
        Delivery, days_late=st.sampled_from([0, 0, 0, 1, 6]), rows=st.lists(rows, min_size=least, max_size=least + 5)
    )


files_again = st.builds(
    Delivery,
    days_late=st.sampled_from([0, 0, 3]),
    rows=st.just([]),
    again=st.sampled_from(
        [
            "the same file",
            "its rows backwards",
            "each row twice",
            "split in two",
            "refused",
            "erasure",
            "erasure",
            "withdrawal",
            "withdrawal",
            "withdrawal",
        ]  # fmt: skip
    ),
    which=st.integers(0, 5),
)


@dataclass(frozen=True)
class Run:
    """Deliveries landed by one run, which is killed after so many tables, or goes to its end."""

    deliveries: list[Delivery]
    killed_after: int | None


killed = st.sampled_from([None] * 24 + list(range(8)))
first_runs = st.builds(Run, deliveries=files(records(), 6).map(lambda file: [file]), killed_after=killed)
later_runs = st.builds(
    Run,
    deliveries=st.tuples(
        files(st.one_of(records(), changed_records), 1), st.one_of(st.none(), st.none(), files_again)
    ).map(lambda both: [delivery for delivery in both if delivery]),
    killed_after=killed,
)
sequences = st.builds(lambda first, later: [first, *later], first_runs, st.lists(later_runs, min_size=1, max_size=3))


# --------------------------------------------------------------------------- the lake, and two warehouses on it


@functools.cache
def project() -> Project:
    """The project, with a period after which a positive counts again, and a local history, that fit a few days."""
    return Project.read(case_free_days=4, local_history_days=5)


@dataclass
class Lake:
    """Deliveries as landing leaves them, in a DuckDB in memory; and what stands on them."""

    project: Project
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    files: list[list[tuple]] = field(default_factory=list)
    contents: set[tuple] = field(default_factory=set)
    sent: list[Version] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)
    accepted: list[tuple[int, tuple]] = field(default_factory=list)
    seen: int = 0
    built: dict[str, Models] = field(default_factory=dict)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="vigie-")))

    def __post_init__(self) -> None:
        # Planning these queries takes longer than running them on a handful of rows.
        self.connection.execute("set threads = 1; pragma disable_optimizer")
        self.connection.execute("attach ':memory:' as lake; attach ':memory:' as daily; attach ':memory:' as anew")
        for source in self.project.manifest["sources"].values():
            columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in source["columns"].items())
            self.connection.execute(f"create table {self.source(source['source_name'], source['name'])} ({columns})")
        for database in ("daily", "anew"):
            for name, condition in KEPT.items():
                self.models(database).seed(name, condition)
            for name, sql in GIVEN.items():
                self.models(database).give(name, sql)

    @staticmethod
    def source(source: str, table: str) -> str:
        """Where the rows of a source stand."""
        return f"lake.main.{source}__{table}"

    def models(self, database: str) -> Models:
        """The models in one of the two databases."""
        if database not in self.built:
            (self.folder / database).mkdir()
            environment = {"VIGIE_WAREHOUSE": str(self.folder / database)}
            self.built[database] = Models(self.project, self.connection, database, self.source, environment)
        return self.built[database]

    def land(self, delivery: Delivery, today: dt.date) -> None:
        """Append a delivery to the lake and to the ledger; a file that was received before is only a line there."""
        if delivery.again and not self.files:
            return
        received = today - dt.timedelta(delivery.days_late)
        if not delivery.again:
            rows = []
            for row in delivery.rows:
                version = row.applied_to(self.sent) if isinstance(row, Change) else row
                if version is not None and not self._changes_hands(version):
                    self.sent.append(version)
                    rows.append(self._typed(version))
            self._file(received, rows)
            return
        if delivery.again == "erasure":
            self.erase(delivery.which % PERSONS, received)
            return
        if delivery.again == "withdrawal":
            self.withdraw(delivery.which, today)
            return
        rows = self.files[-1 - delivery.which % len(self.files)]
        match delivery.again:
            case "the same file":
                self._file(received, rows)
            case "its rows backwards":
                self._file(received, rows[::-1])
            case "each row twice":
                self._file(received, [row for row in rows for _ in range(2)])
            case "split in two":
                self._file(received, rows[::2])
                self._file(received, rows[1::2])
            case "refused":
                self._ledger(received, "refused", None, 0)

    @staticmethod
    def _typed(v: Version) -> tuple:
        sampled = dt.datetime.combine(FIRST_DAY, dt.time()) + dt.timedelta(days=v.day, minutes=v.at)
        onset = sampled.date() - dt.timedelta(v.onset) if v.symptoms == "O" and v.onset is not None else None
        place = PLACES[v.place]
        return (
            v.result, v.version, v.nature, v.person, sampled, sampled + dt.timedelta(hours=v.delay),
            f"LAB{(v.result + v.laboratory) % 2}", v.analysis, v.outcome, v.sex, v.age, place[1], place[2], place[0],
            None, v.symptoms, onset, v.target, None, None, v.target, {0: "ABS", 1: "V1"}.get(v.target),
        )  # fmt: skip

    def _file(self, received: dt.date, rows: list[tuple]) -> None:
        if tuple(rows) in self.contents:
            self._ledger(received, "duplicate", None, len(rows))
            return
        self.contents.add(tuple(rows))
        self.files.append(rows)
        # Keys of deliveries are hashes: their order is not that of arrival.
        delivery = (len(self.files) * 0x9E3779B97F4A7C15) % 2**64
        self.accepted.append((delivery, tuple(rows)))
        if rows:
            arrival = len(self.files)
            values = [(*row, delivery, line, arrival, received) for line, row in enumerate(rows, start=1)]
            marks = "(" + ", ".join("?" * len(values[0])) + ")"
            self.connection.execute(
                f"insert into {self.source('sidep', 'sidep')} values {', '.join([marks] * len(values))}",
                [value for row in values for value in row],
            )
        self._ledger(received, "accepted", delivery, len(rows))

    def _changes_hands(self, version: Version) -> bool:
        """Whether a result passes from or to a person who has been erased."""
        before = {each.person for each in self.sent if each.result == version.result} - {version.person}
        return bool(before) and bool((before | {version.person}) & self.erased)

    def withdraw(self, which: int, today: dt.date) -> None:
        """Take back an earlier file that counts, if there is one; its content may come again."""
        if not self.accepted:
            return
        delivery, content = self.accepted.pop(-1 - which % len(self.accepted))
        self.contents.discard(content)
        ledger = self.source("sidep", "sidep_deliveries")
        self.connection.execute(
            f"update {ledger} set verdict = 'withdrawn', withdrawn_on = ? where delivery = ?", [today, delivery]
        )
        self.connection.execute(
            f"insert into {ledger} (feed, file, received_on, delivery, verdict, withdraws, rows_received,"
            " rows_accepted, rows_rejected, rows_duplicate) values ('sidep', ?, ?, ?, 'withdrawal', ?, 0, 0, 0, 0)",
            [f"withdrawal {self.seen}", today, delivery ^ 1, delivery],
        )
        self.seen += 1

    def erase(self, person: int, received: dt.date) -> None:
        """Land the request to erase a person."""
        self.erased.add(person)
        delivery = 2**63 + self.seen
        self.connection.execute(
            f"insert into {self.source('erasure', 'erasure')} (id_personne, date_demande, delivery, line, received_on)"
            " values (?, ?, ?, 1, ?)",
            [person, received, delivery, received],
        )
        self._ledger(received, "accepted", delivery, 1, feed="erasure")

    def upkeep(self) -> None:
        """Remove the persons to be erased from the lake and the daily warehouse, as the product does after a run."""
        sidep, counted = self.source("sidep", "sidep"), self.source("landing", "erased_rows")
        rows = "plan"
        model = self.models("daily").relation("int_landing__rows_to_erase")
        self.connection.execute(f"create or replace temp table {rows} as from {model}")
        removed = f"select 'sidep', delivery, count(*), 0 from {rows} group by delivery"
        self.connection.execute(f"insert into {counted} {removed}")
        self.connection.execute(
            f"create or replace table {counted} as select feed, delivery, sum(rows_in_lake)::bigint as rows_in_lake,"
            f" sum(rows_in_quarantine)::bigint as rows_in_quarantine from {counted} group by feed, delivery"
        )
        self.connection.execute(f"delete from {sidep} where (delivery, line) in (select delivery, line from {rows})")
        for schema, table in self._tables_with("person_key"):
            erased = f"(select id_personne from {self.source('erasure', 'erasure')})"
            self.connection.execute(f"delete from daily.{schema}.{table} where person_key in {erased}")
        for schema, table in self._tables_with("line"):
            condition = f"(delivery, line) in (select delivery, line from {rows})"
            self.connection.execute(f"delete from daily.{schema}.{table} where {condition}")

    def _tables_with(self, column: str) -> list[tuple[str, str]]:
        """Schema and name of the tables of the daily warehouse that have a column."""
        return self.connection.execute(
            "select schema_name, table_name from duckdb_columns()"
            " join duckdb_tables() using (database_name, schema_name, table_name) where database_name = 'daily'"
            " and column_name = ?",
            [column],
        ).fetchall()

    def _ledger(self, received: dt.date, verdict: str, delivery: int | None, rows: int, feed: str = "sidep") -> None:
        entry = {
            "feed": feed,
            "file": f"file {self.seen}",
            "received_on": received,
            "delivery": delivery,
            "rows_received": rows,
            "rows_accepted": rows if verdict == "accepted" else 0,
            "rows_rejected": 0,
            "rows_duplicate": rows if verdict == "duplicate" else 0,
            "verdict": verdict,
            "reason": "",
        }
        self.seen += 1
        columns, marks = ", ".join(entry), ", ".join("?" * len(entry))
        ledger = self.source(feed, f"{feed}_deliveries")
        self.connection.execute(f"insert into {ledger} ({columns}) values ({marks})", list(entry.values()))

    @functools.cached_property
    def order(self) -> list[str]:
        """The models to run, in order."""
        wanted = ["int_testing__cells", *COMPARED, *COMPARED_LAST, "int_landing__rows_to_erase"]
        return self.project.upstream(wanted, given=[*KEPT, *GIVEN])

    def run(self, killed_after: int | None = None) -> None:
        """Bring the daily warehouse up to date; `killed_after` so many of the tables that a run writes."""
        names = self.order
        if killed_after is not None:
            tables = [position for position, name in enumerate(names) if self.project.is_stateful(name)]
            names = names[: tables[killed_after % len(tables)] + 1]
        self.models("daily").run(names)

    def seal(self) -> list[dt.date]:
        """Seal the older months of the daily warehouse up to its last batch, as the product does before a run."""
        sealed = []
        for model in Sealed.of(self.project.manifest):
            if model.name not in self.order:
                continue
            moved = replace(
                model,
                relation=str(self.models("daily").relation(model.name)),
                batches=str(self.models("daily").relation("int_testing__batches")),
                hot_days=HOT_DAYS,
            )
            [(until,)] = self.connection.execute(f"select max(batch) from {moved.batches}").fetchall()
            sealed += seal_months(self.connection, moved, self.folder / "daily", until)
        return sealed

    def rebuild(self) -> None:
        """Make the other warehouse anew from the lake."""
        self.models("anew").run(self.order, full_refresh=True)

    def content(self, database: str, name: str) -> str:
        """A query of what is compared of a model."""
        relation = self.models(database).relation(name)
        if name == "int_testing__cells":
            # A cell of which every test was withdrawn is no cell.
            measures = [
                column
                for (column, kind) in self.connection.execute(
                    "select column_name, data_type from duckdb_columns() where database_name = ? and table_name = ?",
                    [database, name],
                ).fetchall()
                if kind == "INTEGER" and column != "delay"
            ]
            return f"select * from {relation} where {' or '.join(f'{m} <> 0' for m in measures)}"
        if name == "int_testing__cube_days":
            # A day on which every test was withdrawn is kept; only days of the calendar are published.
            calendar = self.models(database).relation("int_testing__calendar")
            return (
                f"select days.* exclude (batch) from {relation} as days, {calendar} as calendar"
                " where period_end between first_day and last_day"
            )
        return f"select * from {relation}"

    def assert_same(self, names: Iterable[str]) -> None:
        """The relations of the daily warehouse are those of the one made anew."""
        for name in names:
            rows = differing(self.connection, self.content("daily", name), self.content("anew", name))
            assert not rows, f"{name}, runs on the left, rebuild on the right:\n" + "\n".join(map(str, rows))


@pytest.fixture(scope="module")
def models() -> Project:
    """The rendered project."""
    return project()


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(sequence=sequences)
def test_runs_give_what_a_rebuild_gives(models, sequence):
    lake = Lake(models)
    for number, run in enumerate(sequence):
        if number and sequence[number - 1].killed_after is None:
            lake.seal()
        for delivery in run.deliveries:
            lake.land(delivery, FIRST_DAY + dt.timedelta(DAYS + 2 * number))
        killed = run.killed_after if number < len(sequence) - 1 else None
        lake.run(killed)
        if killed is None:
            if number % 2:
                lake.upkeep()
            lake.rebuild()
            lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED])
    lake.assert_same(COMPARED_LAST)
    shutil.rmtree(lake.folder)


def _test(result: int, day: int, **changes) -> Version:
    """An ordinary negative test on a day."""
    ordinary = Version(
        result=result, version=1, nature="new", person=0, day=day, at=10, analysis="RT-PCR", outcome="N", sex="F",
        age=17, place=0, symptoms=None, onset=None, delay=0, target=None,
    )  # fmt: skip
    return replace(ordinary, **changes)


def test_a_day_that_comes_and_goes_around_a_killed_run(models):
    lake = Lake(models)
    cells = [name for name in lake.order if models.is_stateful(name)].index("int_testing__changes")
    runs = [
        ([_test(0, day=0)], None),
        ([_test(1, day=5)], cells),
        ([_test(1, day=5, version=2, nature="deletion")], None),
        ([_test(2, day=9)], None),
    ]
    for number, (rows, killed_after) in enumerate(runs):
        lake.land(Delivery(0, rows), FIRST_DAY + dt.timedelta(DAYS + number))
        lake.run(killed_after)
    lake.rebuild()
    lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED, *COMPARED_LAST])


def test_a_result_of_another_person_before_it_was_corrected_does_not_come_back_with_an_erasure(models):
    lake = Lake(models)
    today = FIRST_DAY + dt.timedelta(DAYS)
    lake.land(Delivery(0, [_test(0, day=0), _test(1, day=5, outcome="P"), _test(1, day=5, version=2, person=1)]), today)
    lake.run()
    lake.erase(1, today + dt.timedelta(1))
    lake.run()
    for upkeep in (False, True):
        if upkeep:
            lake.upkeep()
        lake.rebuild()
        lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED])


@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut before the rows go"])
def test_sealed_months_count_the_same_and_take_what_comes_late(models, cut):
    lake = Lake(models)
    changes = lake.models("daily").relation("int_testing__changes")

    def several(n: int) -> Version:
        return _test(
            n, day=n % 3, person=n, outcome="P" if n % 4 else "N", place=n % 8, age=AGES[n % 7], sex="FH"[n // 56 % 2]
        )

    runs = [
        [*(several(n) for n in range(300)), _test(900, day=10)],
        [replace(several(1), version=2, nature="deletion"), _test(901, day=0, person=901)],
        [replace(several(n), version=2, nature="correction", age=64) for n in range(2, 90)],
        [_test(902, day=10, person=902)],
    ]
    sealed = []
    for number, rows in enumerate(runs):
        lake.land(Delivery(0, rows), FIRST_DAY + dt.timedelta(DAYS + number))
        lake.run()
        lake.rebuild()
        lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED, *COMPARED_LAST])
        lake.connection.execute(f"create or replace temp table kept as from {changes}")
        sealed.append(lake.seal())
        if cut and sealed[-1]:
            lake.connection.execute(f"delete from {changes}; insert into {changes} from kept")
        lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED, *COMPARED_LAST])
    # A deletion and a late test are too few to write the file again; eighty-eight corrections are not.
    january = FIRST_DAY.replace(day=1)
    assert sealed == [[january], [], [january], []]
    [(left,)] = lake.connection.execute(
        f"select count(*) from {changes} where day < '2021-02-01' and cell_level <> 'delivery'"
    ).fetchall()
    assert cut or left == 0
    shutil.rmtree(lake.folder)


# --------------------------------------------------------------------------- one identifier, several versions


def _counted(lake: Lake) -> list[tuple]:
    """Day, people tested and cases of the days on which somebody is counted."""
    cells = lake.models("daily").relation("int_testing__cells")
    return lake.connection.execute(
        f"select day - date '{FIRST_DAY}', sum(tested)::int, sum(cases)::int from {cells}"
        " where cell_level = 'dep' group by 1 having sum(tested) <> 0 order by 1"
    ).fetchall()


def _account(lake: Lake) -> list[tuple]:
    """Rows used, deduplicated, superseded, deleted, erased and withdrawn of each file in the order of arrival."""
    account = lake.models("daily").relation("int_testing__account")
    fates = "rows_used, rows_deduplicated, rows_superseded, rows_deleted, rows_erased, rows_withdrawn"
    return lake.connection.execute(f"select {fates} from {account} order by file").fetchall()


def _ran(models: Project, *deliveries: list[Version]) -> Lake:
    """A lake after a run for each delivery, on which a rebuild is the same each time."""
    lake = Lake(models)
    for number, rows in enumerate(deliveries):
        lake.land(Delivery(0, rows), FIRST_DAY + dt.timedelta(DAYS + number))
        _run(lake)
    return lake


def _run(lake: Lake) -> None:
    lake.run()
    lake.rebuild()
    lake.assert_same(["int_testing__cells", "int_testing__cube_days", *COMPARED])


A, B, C = (_test(7, day=0, person=0), _test(7, day=1, person=1, laboratory=1), _test(7, day=4, person=2))
IDENTIFIERS = {
    "three people in three laboratories": (
        [[A, replace(B, outcome="P")], [replace(C, laboratory=1)]], [(0, 1, 0), (1, 1, 1), (4, 1, 0)],
        [(2, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0)],
    ),
    "one person in two laboratories": (
        [[A], [replace(A, laboratory=1, day=1)]], [(0, 1, 0), (1, 1, 0)], [(1, 0, 0, 0, 0, 0)] * 2
    ),
    "the same content again": ([[A], [A, A]], [(0, 1, 0)], [(0, 1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0)]),
    "another content, same version": (
        [[replace(A, outcome="P")], [A]], [(0, 1, 0)], [(0, 0, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)]
    ),
    "another content and back": (
        [[A], [replace(A, outcome="P"), A]], [(0, 1, 0)], [(0, 1, 0, 0, 0, 0), (1, 0, 1, 0, 0, 0)]
    ),
    "a correction of one of two": (
        [[A, B], [replace(B, version=2, day=4)]], [(0, 1, 0), (4, 1, 0)], [(1, 0, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)]
    ),
    "a deletion of one of two": (
        [[A, B], [replace(A, version=2, nature="deletion")]], [(1, 1, 0)], [(1, 0, 0, 1, 0, 0), (0, 0, 0, 1, 0, 0)]
    ),
    "passed to another person": (
        [[A], [replace(C, version=2)]], [(4, 1, 0)], [(0, 0, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)]
    ),
    "passed to another person, beside another laboratory's": (
        [[A, B], [replace(C, version=2)]], [(1, 1, 0), (4, 1, 0)], [(1, 0, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)]
    ),
    "passed to another laboratory": (
        [[A], [replace(A, version=2, laboratory=1, day=4)]], [(4, 1, 0)], [(0, 0, 1, 0, 0, 0), (1, 0, 0, 0, 0, 0)]
    ),
    "a higher version of another person and laboratory": (
        [[A], [replace(B, version=2)]], [(0, 1, 0), (1, 1, 0)], [(1, 0, 0, 0, 0, 0)] * 2
    ),
    "its first version comes after its correction": (
        [[A], [replace(C, version=2)], [replace(C, day=1)]], [(0, 1, 0), (4, 1, 0)],
        [(1, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", IDENTIFIERS)
def test_which_version_holds(models, case):
    """Counts and account, after runs and after a rebuild."""
    deliveries, counted, account = IDENTIFIERS[case]
    lake = _ran(models, *deliveries)
    assert (_counted(lake), _account(lake)) == (counted, account)


def test_the_last_arrival_holds_whatever_its_day_and_its_key(models):
    """A file of an older day that is found afterwards is the later one."""
    for flipped in (False, True):
        lake = Lake(models)
        today = FIRST_DAY + dt.timedelta(DAYS)
        for late, row in enumerate([A, replace(A, outcome="P")][:: -1 if flipped else 1]):
            lake.land(Delivery(6 * late, [row]), today)
        _run(lake)
        assert _counted(lake) == [(0, 1, 0 if flipped else 1)]


def test_a_delivery_without_accepted_rows_moves_no_provisional_zone(models):
    """Nothing was received until its day."""
    lake = _ran(models, [A])
    lake._ledger(FIRST_DAY + dt.timedelta(DAYS + 5), "accepted", 4711, 0)
    _run(lake)
    calendar = lake.models("daily").relation("int_testing__calendar")
    until = FIRST_DAY + dt.timedelta(DAYS)
    assert lake.connection.execute(f"select received_until from {calendar}").fetchall() == [(until,)]


def test_every_line_of_a_file_is_accounted_for(models):
    """Those of separators only are no rows of the lake, and are received like the others."""
    lake = _ran(models, [A, B])
    lake.connection.execute(f"update {lake.source('sidep', 'sidep_deliveries')} set rows_blank = 3")
    lake.run()
    account = lake.models("daily").relation("int_testing__account")
    told = lake.connection.execute(f"select rows_received, rows_used, rows_blank from {account}").fetchall()
    assert told == [(5, 2, 3)]


# --------------------------------------------------------------------------- taken back


def test_a_withdrawn_delivery_counts_as_if_it_had_not_come(models):
    """What it replaced, repeated or deleted counts again; the difference is told as a correction."""
    first = [A, replace(B, outcome="P"), _test(8, day=5, person=2), _test(9, day=8, person=2)]
    wrong = [
        replace(A, version=2, person=2),
        replace(B, outcome="P"),
        _test(8, day=5, person=2, version=2, nature="deletion"),
        _test(10, day=9, person=1),
    ]
    lake = _ran(models, first, wrong)
    assert _counted(lake) != _counted(_ran(models, first))
    lake.withdraw(0, FIRST_DAY + dt.timedelta(DAYS + 2))
    _run(lake)
    assert _counted(lake) == _counted(_ran(models, first))
    assert _account(lake)[:2] == [(4, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 4)]
    changes = lake.models("daily").relation("int_testing__changes")
    [(batch,)] = lake.connection.execute(f"select max(batch) from {changes}").fetchall()
    reasons = f"select distinct reason from {changes} where batch = {batch} and cell_level <> 'delivery'"
    assert lake.connection.execute(reasons).fetchall() == [("correction",)]
    # The same content once more is a delivery like another.
    lake.land(Delivery(0, wrong), FIRST_DAY + dt.timedelta(DAYS + 3))
    _run(lake)
    assert _counted(lake) == _counted(_ran(models, first, wrong))


def test_what_was_known_before_a_withdrawal_can_be_asked_for(models):
    """As of the day before it; as of its day the delivery is gone."""
    lake = _ran(models, [A], [replace(A, version=2, outcome="P")])
    known = lake.content("daily", "int_testing__cells")
    lake.connection.execute(f"create table lake.main.known as {known}")
    day = FIRST_DAY + dt.timedelta(DAYS + 3)
    lake.withdraw(0, day)
    _run(lake)
    for as_of, same in ((day - dt.timedelta(1), True), (day, False)):
        lake.models("anew").run(lake.order, full_refresh=True, as_of=str(as_of))
        rows = differing(lake.connection, "from lake.main.known", lake.content("anew", "int_testing__cells"))
        assert (not rows) == same, rows


def test_a_copy_withdrawn_later_was_a_copy_before(models):
    """As of the day before: no delivery without a key among those that count."""
    lake = _ran(models, [A], [replace(A, version=2, outcome="P")])
    day = FIRST_DAY + dt.timedelta(DAYS + 3)
    ledger = lake.source("sidep", "sidep_deliveries")
    lake.connection.execute(
        f"insert into {ledger} by name select * replace (null as delivery, 'copy' as file, 'withdrawn' as verdict,"
        f" 0 as rows_accepted, rows_received as rows_duplicate, date '{day}' as withdrawn_on)"
        f" from (select * from {ledger} limit 1)"
    )
    anew = lake.models("anew")
    for as_of, verdict in ((day - dt.timedelta(1), "duplicate"), (day, "withdrawn")):
        anew.run(lake.order, full_refresh=True, as_of=str(as_of))
        batches, account = map(anew.relation, ("int_testing__batches", "int_testing__account"))
        assert lake.connection.execute(f"select count(*), count(delivery) from {batches}").fetchall() == [(2, 2)]
        told = lake.connection.execute(f"select verdict from {account} where file = 'copy'").fetchall()
        assert told == [(verdict,)]


def test_a_delivery_withdrawn_before_a_run_saw_it_never_counts(models):
    """Beside one that stays."""
    lake = _ran(models, [A])
    lake.land(Delivery(0, [replace(A, version=2, outcome="P")]), FIRST_DAY + dt.timedelta(DAYS + 1))
    lake.withdraw(0, FIRST_DAY + dt.timedelta(DAYS + 1))
    lake.land(Delivery(0, [_test(8, day=5, person=2)]), FIRST_DAY + dt.timedelta(DAYS + 1))
    _run(lake)
    assert _counted(lake) == [(0, 1, 0), (5, 1, 0)]


def test_a_withdrawn_request_for_erasure_erases_nobody(models):
    """While no run has seen it."""
    lake = _ran(models, [A, B])
    today = FIRST_DAY + dt.timedelta(DAYS + 1)
    lake.erase(1, today)
    ledger = lake.source("erasure", "erasure_deliveries")
    lake.connection.execute(f"update {ledger} set verdict = 'withdrawn', withdrawn_on = '{today}'")
    lake.connection.execute(
        f"insert into {ledger} by name select * replace (delivery ^ 1 as delivery, 'withdrawal' as verdict),"
        f" delivery as withdraws from (select * exclude (withdraws) from {ledger})"
    )
    _run(lake)
    lake.upkeep()
    _run(lake)
    assert _counted(lake) == [(0, 1, 0), (1, 1, 0)]
