"""What runs accumulate of a theme without persons is what a rebuild gives, and any past evening can be built again.

Visits and acts are drawn and sent: late coding, corrections, deletions, resends, deliveries that are withdrawn; days
older than all others, gaps, and figures that leave their first or last day again, so that the calendar shrinks. The
models' own SQL takes them in run after run (see `rendered_models`), some of which are killed between two tables, while
older months are sealed.

VIGIE_EXAMPLES=N in the environment draws N sequences instead of the default.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest
from drawing import dice, sequences_drawn
from rendered_models import Models, Project, differing
from test_same_as_rebuild import HOT_DAYS

from orchestration.warehouse.sealing import Sealed, seal_months

EXAMPLES = sequences_drawn(few=2, many=6)
FIRST = dt.date(2021, 10, 14)
#: A small France: the rows of the seeds that are kept.
KEPT = {
    "regions": "reg in ('84', '11')",
    "departements": "dep in ('01', '69', '75')",
    "sursaud_ages": "true",
    "sursaud_diagnoses": "true",
}
GIVEN = {
    "int_referential__population": """
        select
            'FRA' as geo_level, 'FR' as geo_code, 'all' as sex, 'all' as age_scheme, 'all' as age_class,
            1000000.0 as population, 'small' as population_vintage,
            date '1900-01-01' as valid_from, date '9999-12-31' as valid_to
    """,
}
#: Of each feed its theme, the names of its columns, and what has to be the same besides the cubes.
THEMES = {"oscour": "emergency", "sos_medecins": "house_calls"}
COLUMNS = {
    "oscour": [
        "id_passage", "version", "nature", "finess", "departement", "date_entree", "sexe", "classe_age",
        "diagnostic_principal", "orientation",
    ],
    "sos_medecins": [
        "id_acte", "version", "nature", "association", "departement", "date_acte", "sexe", "classe_age", "diagnostic",
    ],
}  # fmt: skip
PUBLISHED = {
    "oscour": ["emergency_visits_covid_share", "emergency_hospitals_coding"],
    "sos_medecins": ["house_calls_covid_share"],
}
TABLES = ["sursaud_quotidien_departement", "sursaud_hebdomadaire_france"]


@dataclass(frozen=True)
class Visit:
    """A version of a visit, or of an act."""

    key: int
    version: int
    kind: str
    sender: str
    dep: str
    at: dt.datetime
    sex: str | None
    age: str | None
    diagnosis: str | None
    outcome: str | None

    def row(self, feed: str) -> tuple:
        """As the lake has it."""
        covid = {"oscour": "U07.11", "sos_medecins": "COVID"}[feed]
        diagnosis = covid if self.diagnosis == "covid" else self.diagnosis
        told = (self.key, self.version, self.kind, self.sender, self.dep, self.at, self.sex, self.age, diagnosis)
        return (*told, self.outcome) if feed == "oscour" else told


def visit(draw: random.Random, key: int, day: int) -> Visit:
    """A first sending, of a day after the first one."""
    on = FIRST + dt.timedelta(days=day)
    dep = draw.choice(["01", "69", "69", "75", "99"])
    return Visit(
        key, 1, "new", f"{dep}000001{draw.randrange(2)}", dep,
        dt.datetime.combine(on, dt.time(draw.randrange(24))), draw.choice(["F", "H", "I", None]),
        draw.choice([None, *("ABCDE" if on < dt.date(2021, 11, 4) else "123456")]),
        draw.choice([None, None, "covid", "covid", "S610"]), draw.choice(["MUTATION", "DOMICILE", None]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Visit) -> Visit:
    """A version after another one: coded, corrected, deleted, as it was, or with a lower number."""
    version = before.version + draw.choice([1, 1, 1, 1, 0, -1])
    after = replace(before, version=max(1, version), kind="correction")
    match draw.choice(["coded", "coded", "deleted", "same", "day", "place", "sex"]):
        case "coded":
            return replace(after, diagnosis="covid" if before.diagnosis is None else None)
        case "deleted":
            return replace(after, kind="deletion")
        case "day":
            return replace(after, at=before.at - dt.timedelta(hours=draw.choice([1, 30])), age=None)
        case "place":
            return replace(after, dep=draw.choice(["01", "75"]), sender=draw.choice([before.sender, "010000018"]))
        case "sex":
            return replace(after, sex=draw.choice(["F", "H"]), outcome="MUTATION")
    return before


@dataclass
class Warehouse:
    """A lake in memory with one feed, a warehouse brought up to date run after run, and one made anew."""

    feed: str
    folder: Path
    draw: random.Random
    sent: list[Visit] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    files: int = 0
    evenings: int = 0

    def __post_init__(self) -> None:
        what = ("calendar", "cells", "cube", "cube_windows", "fates", "account")
        self.open(THEMES[self.feed], what, [*PUBLISHED[self.feed], *TABLES], KEPT, minimum_coded=2)

    def open(
        self, theme: str, what: Iterable[str], published: list[str], kept: dict[str, str], **variables: int
    ) -> None:
        """Lay out an empty lake and both warehouses, with the rows of seeds that are `kept`. What is compared are these
        models of the engine and those `published`; `variables` are settings of the project."""
        self.project, self.connection = Project.read(provisional_days=3, **variables), duckdb.connect()
        self.connection.execute("set threads = 1; pragma disable_optimizer")
        self.connection.execute("attach ':memory:' as lake; attach ':memory:' as daily; attach ':memory:' as anew")
        for source in self.project.manifest["sources"].values():
            columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in source["columns"].items())
            self.connection.execute(f"create table {self.source(source['source_name'], source['name'])} ({columns})")
        self.databases = {}
        for name in ("daily", "anew"):
            (self.folder / name).mkdir()
            environment = {"VIGIE_WAREHOUSE": str(self.folder / name)}
            self.databases[name] = Models(self.project, self.connection, name, self.source, environment)
            for seed, condition in kept.items():
                self.databases[name].seed(seed, condition)
            for model, sql in GIVEN.items():
                self.databases[name].give(model, sql)
        self.theme = f"int_{theme}__"
        self.compared = [self.theme + each for each in what] + published
        self.order = self.project.upstream(self.compared, given=[*kept, *GIVEN])

    @staticmethod
    def source(source: str, table: str) -> str:
        """Where the rows of a source stand."""
        return f"lake.main.{source}__{table}"

    @property
    def today(self) -> dt.date:
        """The day of the next run."""
        return FIRST + dt.timedelta(days=60 + self.evenings)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new visits of some days, and of `again` versions of earlier ones; its key."""
        new = [visit(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS[self.feed], [row.row(self.feed) for row in rows])

    def deliver(self, columns: list[str], rows: list[tuple]) -> int:
        """Append a delivery of these rows to the feed of the house; its key."""
        return self.file(self.feed, columns, rows)

    def file(self, feed: str, columns: list[str], rows: list[tuple]) -> int:
        """Append a delivery to the lake of a feed and its ledger; its key.

        A request to erase has no place in the order of arrival, and is not withdrawn."""
        self.files += 1
        # Keys of deliveries are hashes: their order is not that of arrival.
        key, is_request = (self.files * 0x9E3779B97F4A7C15) % 2**63, feed == "erasure"
        names = [*columns, "delivery", "line", *([] if is_request else ["arrival"]), "received_on"]
        rest = [] if is_request else [self.files]
        given = [(*row, key, line, *rest, self.today) for line, row in enumerate(rows, start=1)]
        if given:
            lake = self.source(feed, feed)
            kinds = {name: kind for name, kind, *_ in self.columns(lake)}
            # A list a column: rows one by one would take minutes where a feed has a past.
            told = ", ".join(f"unnest(${n}::{kinds[name]}[]) as {name}" for n, name in enumerate(names, start=1))
            values = [list(column) for column in zip(*given, strict=True)]
            self.connection.execute(f"insert into {lake} by name select {told}", values)
        self.connection.execute(
            f"insert into {self.source(feed, f'{feed}_deliveries')} (feed, file, received_on, delivery, rows_received,"
            " rows_accepted, rows_rejected, rows_duplicate, verdict, reason)"
            " values (?, ?, ?, ?, ?, ?, 0, 0, 'accepted', '')",
            [feed, f"file {self.files}", self.today, key, len(rows), len(rows)],
        )
        if not is_request:
            self.accepted.append(key)
        return key

    @property
    def ledger(self) -> str:
        """Where the deliveries stand."""
        return self.source(self.feed, f"{self.feed}_deliveries")

    def withdraw(self, delivery: int) -> None:
        """Take a delivery back."""
        self.accepted.remove(delivery)
        self.connection.execute(
            f"update {self.ledger} set verdict = 'withdrawn', withdrawn_on = ? where delivery = ?",
            [self.today, delivery],
        )
        self.connection.execute(
            f"insert into {self.ledger} (feed, file, received_on, delivery, verdict, withdraws, rows_received,"
            " rows_accepted, rows_rejected, rows_duplicate) values (?, '', ?, ?, 'withdrawal', ?, 0, 0, 0, 0)",
            [self.feed, self.today, delivery ^ 1, delivery],
        )

    def run(self, killed_after: int | None = None) -> None:
        """Bring the daily warehouse up to date; `killed_after` so many of the tables that a run writes."""
        names = self.order
        if killed_after is not None:
            tables = [position for position, name in enumerate(names) if self.project.is_stateful(name)]
            names = names[: tables[killed_after % len(tables)] + 1]
        self.databases["daily"].run(names)
        self.evenings += 1

    def seal(self) -> list[dt.date]:
        """Seal the older months of the daily warehouse, as the product does before a run."""
        [model] = [each for each in Sealed.of(self.project.manifest) if each.name == f"{self.theme}changes"]
        daily = self.databases["daily"]
        moved = replace(
            model, relation=str(daily.relation(model.name)), batches=str(daily.relation(f"{self.theme}batches")),
            hot_days=HOT_DAYS,
        )  # fmt: skip
        [(until,)] = self.connection.execute(f"select max(batch) from {moved.batches}").fetchall()
        return seal_months(self.connection, moved, self.folder / "daily", until)

    def content(self, database: str, name: str) -> str:
        """A query of what is compared of a model.

        A cell from which everything was withdrawn is no cell, days outside of the calendar are in no cube, and the
        number of a batch is that of a run.
        """
        relation = self.databases[database].relation(name)
        calendar = self.databases[database].relation(f"{self.theme}calendar")
        if name == f"{self.theme}cells":
            numbers = [column for column, kind, *_ in self.columns(str(relation)) if kind in ("INTEGER", "BIGINT")]
            measures = [column for column in numbers if column != "delay"]
            return f"select * from {relation} where {' or '.join(f'{measure} <> 0' for measure in measures)}"
        if name == f"{self.theme}cube_windows":
            return (
                f"select windows.* exclude (batch) from {relation} as windows, {calendar} as calendar"
                " where period_end - 6 >= first_day and period_end <= last_day"
            )
        return f"select * from {relation}"

    def columns(self, relation: str) -> list[tuple]:
        """Name and type of the columns of a relation."""
        return self.connection.execute(f"describe {relation}").fetchall()

    def assert_same_as_rebuilt(self) -> None:
        """Everything that was accumulated is what a rebuild gives."""
        self.databases["anew"].run(self.order, full_refresh=True)
        for name in self.compared:
            left, right = (self.content(side, name) for side in ("daily", "anew"))
            assert differing(self.connection, left, right) == [], name

    def keep(self) -> None:
        """Set the state of this evening aside."""
        for name in self.compared:
            evening = f"lake.main.{name}_{self.evenings}"
            self.connection.execute(f"create table {evening} as {self.content('daily', name)}")

    def assert_as_of(self, evening: int) -> None:
        """What is built again as of an evening is what was set aside."""
        day = FIRST + dt.timedelta(days=60 + evening - 1)
        self.databases["anew"].run(self.order, full_refresh=True, as_of=str(day))
        for name in self.compared:
            rows = differing(self.connection, f"from lake.main.{name}_{evening}", self.content("anew", name))
            assert rows == [], f"{name} as of {day}"

    def assert_runs_equal_a_rebuild(
        self, people: int = 0, steps: int = 7, sizes: tuple[int, ...] = (3, 12, 20), days: int = 40
    ) -> None:
        """Deliver rows of some of so many `days` in deliveries of these `sizes`, withdraw, erase some of so many
        `people`, seal and kill between two tables, as drawn.

        Every run that ends is as a rebuild, every second evening that was not killed is looked back at."""
        draw, evenings, is_whole = self.draw, [], False
        for step in range(steps):
            for _ in range(draw.choice([0, 1, 1, 2]) if step else 1):
                self.land([draw.randrange(days) for _ in range(draw.choice(sizes))], again=draw.choice([0, 4, 8]))
            if step > 1 and self.accepted and draw.random() < 0.4:
                self.withdraw(draw.choice(self.accepted))
            if step > 1 and people and draw.random() < 0.3:
                self.erase(draw.randrange(people))
            # As the product does: once all that accumulates has taken everything in.
            if is_whole and draw.random() < 0.5:
                self.seal()
            is_whole = step == 0 or draw.random() < 0.75
            if not is_whole:
                self.run(killed_after=draw.randrange(20))
                continue
            self.run()
            self.assert_same_as_rebuilt()
            self.keep()
            evenings.append(self.evenings)
        for evening in evenings[::2]:
            self.assert_as_of(evening)

    def calendar(self) -> tuple[int, int]:
        """The first and the last day of figures, from the first day of all."""
        [(first, last)] = self.connection.execute(
            f"select first_day, last_day from {self.databases['daily'].relation(self.theme + 'calendar')}"
        ).fetchall()
        return (first - FIRST).days, (last - FIRST).days


def test_days_come_and_go_at_both_ends(tmp_path):
    """After each run as after a rebuild: an older day and a gap, a later day and a gap, a calendar that shrinks."""
    house = Warehouse("oscour", tmp_path, dice("days come and go"))
    spans, keys = [], {}
    for step, days, again, gone in [
        ("first", [*range(12, 22)] * 4, 0, None),
        ("corrected", [], 15, None),
        ("nothing", None, 0, None),
        ("older than all", [0, 0, 0], 0, None),
        ("in the gap", [5, 5, 15], 0, None),
        ("later, with a gap", [30, 30, 30], 0, None),
        ("the last day goes", None, 0, "later, with a gap"),
        ("the first day goes", None, 0, "older than all"),
        ("both come back", [1, 1, 29, 29, 31, 31], 0, None),
        ("what was corrected goes", None, 0, "first"),
        ("sent again", [12, 13, 21], 8, None),
    ]:
        if gone:
            house.withdraw(keys[gone])
        elif days is not None:
            keys[step] = house.land(days, again)
        house.run()
        house.assert_same_as_rebuilt()
        house.keep()
        spans.append(house.calendar())
    assert [spans[n] for n in (3, 5, 6)] == [(0, max(21, spans[3][1])), (0, 30), (0, spans[4][1])]
    assert spans[7][0] == 5 and spans[8] == (1, 31)
    for evening in (2, 6, 8):
        house.assert_as_of(evening)


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, of which every second evening that was not killed is looked back at."""
    house = Warehouse(list(THEMES)[number % 2], tmp_path, dice("runs equal a rebuild", number))
    house.assert_runs_equal_a_rebuild(steps=8, sizes=(1, 3, 12))


def test_a_delivery_that_changes_nothing_is_known_to_be_taken_in(tmp_path):
    """It leaves its mark, so that the next run reads nothing of it again."""
    house = Warehouse("oscour", tmp_path, dice("nothing changes"))
    house.land([1, 2, 3])
    house.run()
    house.land([])
    house.run()
    daily = house.databases["daily"]
    known, taken_in = (
        house.connection.execute(f"select max(batch) from {daily.relation(house.theme + name)}").fetchone()
        for name in ("batches", "changes")
    )
    assert known == taken_in == (2,)


def test_a_cell_holds_more_than_a_row_may_bring(tmp_path):
    """One visit is a small number; all visits of a day in a place are more than 32,767."""
    house = Warehouse("oscour", tmp_path, dice("many visits"))
    key = house.land([1])
    visits = house.source("oscour", "oscour")
    house.connection.execute(
        f"insert into {visits} select visits.* replace (id_passage + numbers.number::ubigint as id_passage)"
        f" from {visits} as visits, range(1, 40000) as numbers (number) where delivery = {key}"
    )
    house.run()
    cube = house.databases["daily"].relation("int_emergency__cube")
    assert house.connection.execute(
        f"select max(visits) from {cube} where geo_level = 'FRA' and period = 'day'"
    ).fetchone() == (40_000,)


def test_a_sealed_month_is_corrected_like_any_other(tmp_path):
    """Corrections, a withdrawal and a day older than all reach a month that has left the warehouse."""
    house = Warehouse("oscour", tmp_path, dice("sealed"))
    first = house.land([*range(3, 30)] * 2)
    house.land([4, 5, 45])
    house.run()
    assert house.seal() == [dt.date(2021, 10, 1)]
    for again, gone in ((12, None), (0, first), (6, None)):
        if gone:
            house.withdraw(gone)
        else:
            house.land([0, 2, 46], again)
        house.run()
        house.assert_same_as_rebuilt()
