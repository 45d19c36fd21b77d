"""The figures of hospital stays, computed a second time, equal those of the models, cell by cell, as deliveries come.

A few hundred events are drawn by hand: usual stays, transfers, exits before the entry, deaths known after a return
home, removals, repeats, corrections of anything, deletions, late declarations. The models' own SQL takes them in day
after day without dbt (see `rendered_models`), and at the end everything is made anew and must be the same.
"""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest
from brute_force_hospital import FLOWS, STOCKS, Figures, Row
from drawing import dice
from rendered_models import Models, Project, differing

FIRST, DAYS = dt.date(2021, 2, 26), 40
#: A small France: the rows of the seeds that are kept.
KEPT = {
    "regions": "reg in ('84', '11')",
    "departements": "dep in ('01', '69', '75')",
    "age_years": "true",
    "critical_care_beds": "reg in ('84', '11')",
}
REGIONS = {"84": ("01", "69"), "11": ("75",)}
#: (Place, age class) -> people.
PEOPLE = {("FR", "0"): 1_000_000.0, ("84", "0"): 600_000.0, ("11", "0"): 400_000.0, ("FR", "79"): 90_000.0}
GIVEN = {
    "int_referential__population": " union all ".join(
        f"""
        select
            '{"FRA" if place == "FR" else "REG"}' as geo_level, '{place}' as geo_code, 'all' as sex,
            '{"all" if age == "0" else "age10"}' as age_scheme, '{"all" if age == "0" else age}' as age_class,
            {people} as population, 'small' as population_vintage,
            date '1900-01-01' as valid_from, date '9999-12-31' as valid_to
        """
        for (place, age), people in PEOPLE.items()
    ),
}
LAYOUTS = [
    "covid_hospit", "covid_hospit_incid", "covid_hospit_clage10", "covid_hospit_etab", "covid_hosp_txad_fra",
    "covid_hosp_txad_reg", "covid_hosp_txad_age_fra", "covid_hosp_ad_age", "covid_hospit_incid_reg",
]  # fmt: skip
#: What must not depend on how deliveries came, besides the layouts.
ACCUMULATED = [
    "int_hospital__calendar", "int_hospital__cells", "int_hospital__cube", "int_hospital__fates",
    "int_hospital__stay_lengths", "in_hospital", "median_stay", "critical_care_occupancy", "in_hospital_fatality",
    "hospital_admissions", "in_hospital_by_event_date", "in_critical_care_by_event_date", "declaration_delay",
]  # fmt: skip
RATES = '"tx_indic_7J_DC", "tx_indic_7J_hosp", "tx_indic_7J_SC", tx_prev_hosp, "tx_prev_SC"'
#: The strata of indicators, and what the second computation calls them; a cause that was never said is None.
UNITS = {
    "all": "hosp", "critical": "rea", "conventional": "HospConv", "follow_up": "SSR_USLD", "other_units": "autres",
}  # fmt: skip
CAUSES = {"all": "0", "for": "1", "with": "2", "unknown": None}
BY_CAUSE = {
    "hospital_admissions": "hosp", "in_hospital_by_event_date": "present", "in_critical_care_by_event_date": "critical",
}  # fmt: skip


# --------------------------------------------------------------------------- what is drawn


@dataclass
class Epidemic:
    """Rows to deliver, by day of receipt."""

    draw: random.Random
    events: int = 0
    rows: list[Row] = field(default_factory=list)

    def stay(self, number: int) -> None:
        """Draw the events of one stay, and what becomes of them."""
        draw = self.draw
        at = dt.datetime.combine(FIRST, dt.time(8))
        at += dt.timedelta(days=draw.randrange(DAYS - 8), hours=draw.randrange(16))
        units = ["CONVENTIONNELLE"] * 4 + ["SOINS_CRITIQUES"] * 3 + ["SSR", "AUTRE"]
        common = {
            "person": number,
            "stay": number,
            "dep": draw.choice(["01", "69", "75", "75", "99"]),
            "sex": draw.choice(["F", "H", "F", "H", "I", None]),
            "age": draw.choice([None, 0, 9, 10, 45, 79, 80, 89, 90, 104]),
            "cause": draw.choice(["POUR", "POUR", "AVEC", None]),
            "finess": draw.choice([None, f"75000001{number % 4}", f"69000002{number % 4}"]),
        }
        path = [(draw.choice(["ADMISSION"] * 5 + ["TRANSFERT_ENTRANT"]), draw.choice(units))]
        path += [("CHANGEMENT_UNITE", draw.choice(units)) for _ in range(draw.choice([0, 0, 1, 2, 3]))]
        path += draw.choice(
            [
                [("RETOUR_DOMICILE", None)], [("RETOUR_DOMICILE", None)], [("DECES", None)],
                [("TRANSFERT_SORTANT", None)],
                [("RETOUR_DOMICILE", None), ("DECES", None)], [("TRANSFERT_SORTANT", None), ("DECES", None)],
                [("DECES", None), ("CHANGEMENT_UNITE", "SSR")], [], [("RETRAIT", None)],
                [("RETOUR_DOMICILE", None), ("ADMISSION", "CONVENTIONNELLE")], [("DECES", None), ("RETRAIT", None)],
            ]
        )  # fmt: skip
        if draw.random() < 0.1:
            path = path[1:]  # a stay of which the entry is never declared
        for what, unit in path:
            self.event(what, unit, at, common)
            at += dt.timedelta(hours=draw.choice([0, 1, 12, 24, 24, 60, 120]))
        if draw.random() < 0.15:  # an exit dated before the entry
            before = self.rows[-1].at - dt.timedelta(days=draw.choice([1, 30]))
            self.event(draw.choice(["RETOUR_DOMICILE", "DECES"]), None, before, common)

    def event(self, what: str, unit: str | None, at: dt.datetime, common: dict) -> None:
        """Draw when an event is declared and received, and its later versions."""
        draw = self.draw
        self.events += 1
        declared = at + dt.timedelta(hours=draw.choice([0, 1, 20, 30, 24 * 6]))
        received = declared.date() + dt.timedelta(draw.choice([0, 0, 0, 1, 3, 20]))
        row = Row(
            event=self.events, version=1, kind="new", what=what, unit=unit, at=at, declared_at=declared,
            delivery=0, line=0, received=received, **common,
        )  # fmt: skip
        self.rows.append(row)
        for _ in range(draw.choice([0, 0, 0, 0, 1, 2])):
            received += dt.timedelta(draw.choice([0, 1, 5]))
            change = draw.choice(
                [
                    "again",
                    "same version",
                    "deletion",
                    "unit",
                    "day",
                    "sex",
                    "stay",
                    "cause",
                    "back",
                    "patient",
                    "hospital",
                ]
            )
            higher = change not in ("again", "same version") and draw.random() < 0.9
            row = replace(row, version=row.version + higher, kind="correction", received=received)
            match change:
                case "deletion":
                    row = replace(row, kind="deletion")
                case "unit" if row.unit:
                    row = replace(row, unit=draw.choice(["CONVENTIONNELLE", "SOINS_CRITIQUES", "AUTRE"]))
                case "day":
                    row = replace(row, at=row.at - dt.timedelta(days=draw.choice([1, 2, 9])))
                case "sex":
                    row = replace(row, sex=draw.choice(["F", "H", None]), age=draw.choice([None, 30, 70]))
                case "stay":
                    row = replace(row, stay=draw.randrange(1, max(2, row.stay)))
                case "cause":
                    row = replace(row, cause=draw.choice(["POUR", "AVEC", None]))
                case "same version":
                    row = replace(row, unit=row.unit and "AUTRE")
                case "patient":
                    row = replace(row, person=row.person + 1000, stay=row.stay + 1000)
                case "hospital":
                    row = replace(row, finess="010000024" if row.finess != "010000024" else None)
                case "back":
                    row = replace(row, version=max(1, row.version - 2))
            self.rows.append(row)

    def deliveries(self) -> Iterator[tuple[dt.date, list[Row]]]:
        """The rows by day of receipt, each with its delivery and line."""
        for number, day in enumerate(sorted({row.received for row in self.rows}), start=1):
            # Keys of deliveries are hashes: their order is not that of arrival.
            key = (number * 0x9E3779B97F4A7C15) % 2**63
            rows = [row for row in self.rows if row.received == day]
            self.draw.shuffle(rows)
            yield day, [replace(row, delivery=key, line=n, arrival=number) for n, row in enumerate(rows, start=1)]


# --------------------------------------------------------------------------- a warehouse


@functools.cache
def project() -> Project:
    """The models of the repository."""
    return Project.read(provisional_days=3)


class Warehouse:
    """A lake in memory, a warehouse brought up to date delivery after delivery, and one made anew."""

    def __init__(self, folder: Path) -> None:
        self.project = project()
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as lake; attach ':memory:' as daily; attach ':memory:' as anew")
        for source in self.project.manifest["sources"].values():
            columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in source["columns"].items())
            self.connection.execute(f"create table {self.source(source['source_name'], source['name'])} ({columns})")
        self.databases = {}
        for name in ("daily", "anew"):
            environment = {"VIGIE_WAREHOUSE": str(folder / name)}
            (folder / name).mkdir()
            self.databases[name] = Models(self.project, self.connection, name, self.source, environment)
            for seed, condition in KEPT.items():
                self.databases[name].seed(seed, condition)
            for model, sql in GIVEN.items():
                self.databases[name].give(model, sql)
        names = [*LAYOUTS, *ACCUMULATED, "int_hospital__set_aside"]
        self.order = self.project.upstream(names, given=[*KEPT, *GIVEN])

    @staticmethod
    def source(source: str, table: str) -> str:
        """Where the rows of a source stand."""
        return f"lake.main.{source}__{table}"

    def land(self, received: dt.date, rows: list[Row]) -> None:
        """Append a delivery to the lake and to the ledger."""
        table = self.source("sivic", "sivic")
        self.connection.executemany(
            f"insert into {table} (id_evenement, version, nature, id_patient, id_sejour, finess, departement_hopital,"
            " type_evenement, unite, date_evenement, date_declaration, sexe, age, motif, delivery, line, arrival,"
            f" received_on) values ({', '.join('?' * 18)})",
            [
                (
                    r.event, r.version, r.kind, r.person, r.stay, r.finess, r.dep, r.what, r.unit, r.at, r.declared_at,
                    r.sex, r.age, r.cause, r.delivery, r.line, r.arrival, received,
                )
                for r in rows
            ],
        )  # fmt: skip
        self._ledger("sivic", received, rows[0].delivery, len(rows))

    def erase(self, person: int, received: dt.date) -> None:
        """Land the request to erase a person."""
        self.connection.execute(
            f"insert into {self.source('erasure', 'erasure')} (id_personne, date_demande, delivery, line, received_on)"
            " values (?, ?, ?, 1, ?)",
            [person, received, 2**63 + person, received],
        )
        self._ledger("erasure", received, 2**63 + person, 1)

    def _ledger(self, feed: str, received: dt.date, delivery: int, rows: int) -> None:
        self.connection.execute(
            f"insert into {self.source(feed, f'{feed}_deliveries')} (feed, file, received_on, delivery, rows_received,"
            " rows_accepted, rows_rejected, rows_duplicate, verdict) values (?, ?, ?, ?, ?, ?, 0, 0, 'accepted')",
            [feed, f"file {delivery}", received, delivery, rows, rows],
        )

    def withdraw(self, delivery: int, today: dt.date) -> None:
        """Take a delivery back."""
        ledger = self.source("sivic", "sivic_deliveries")
        self.connection.execute(
            f"update {ledger} set verdict = 'withdrawn', withdrawn_on = ? where delivery = ?", [today, delivery]
        )
        self.connection.execute(
            f"insert into {ledger} (feed, file, received_on, delivery, verdict, withdraws, rows_received,"
            " rows_accepted, rows_rejected, rows_duplicate) values ('sivic', '', ?, ?, 'withdrawal', ?, 0, 0, 0, 0)",
            [today, delivery ^ 1, delivery],
        )

    def run(self, database: str = "daily", full_refresh: bool = False) -> None:
        """Bring a warehouse up to date."""
        self.databases[database].run(self.order, full_refresh=full_refresh)

    def rows(self, name: str, columns: str = "*", database: str = "daily", where: str = "true") -> list[tuple]:
        """The rows of a model."""
        relation = self.databases[database].relation(name)
        return self.connection.execute(f"select {columns} from {relation} where {where}").fetchall()

    def content(self, database: str, name: str) -> str:
        """A query of what is compared of a model: a cell from which everything was withdrawn is no cell."""
        relation = self.databases[database].relation(name)
        if name != "int_hospital__cells":
            return f"select * from {relation}"
        columns = self.connection.execute(f"describe {relation}").fetchall()
        measures = [column for column, kind, *_ in columns if kind == "INTEGER" and column != "nights"]
        return f"select * from {relation} where {' or '.join(f'{measure} <> 0' for measure in measures)}"

    def assert_same_as_rebuilt(self) -> None:
        """Everything accumulated is what a rebuild gives."""
        self.run("anew", full_refresh=True)
        for name in [*LAYOUTS, *ACCUMULATED]:
            left, right = (self.content(side, name) for side in ("daily", "anew"))
            assert differing(self.connection, left, right) == [], name


def assert_equal_to(figures: Figures, warehouse: Warehouse) -> int:
    """Every cell of the official layouts is that of the second computation; gives the number of cells."""
    cells = 0
    for dep, sexe, jour, *found in warehouse.rows("covid_hospit", "dep, sexe, jour, " + ", ".join(STOCKS)):
        assert found == [figures.stock([dep], column, jour, sex=sexe) for column in STOCKS], (dep, sexe, jour)
        cells += len(found)
    for reg, age, jour, *found in warehouse.rows("covid_hospit_clage10", "reg, cl_age90, jour, " + ", ".join(STOCKS)):
        expected = [figures.stock(REGIONS[reg], column, jour, age=age) for column in STOCKS]
        assert found == expected, (reg, age, jour)
        cells += len(found)
    incid = ", ".join(f"incid_{flow}" for flow in FLOWS)
    for dep, jour, *found in warehouse.rows("covid_hospit_incid", f"dep, jour, {incid}"):
        assert found == [figures.declared[dep, flow, jour] for flow in FLOWS], (dep, jour)
        cells += len(found)
    for dep, jour, found in warehouse.rows("covid_hospit_etab", "dep, jour, nb"):
        assert found == figures.hospitals(dep, jour), (dep, jour)
        cells += 1
    return (
        cells
        + layouts_by_event(figures, warehouse)
        + strata_equal_to(figures, warehouse)
        + delays_equal_to(figures, warehouse)
    )


def delays_equal_to(figures: Figures, warehouse: Warehouse) -> int:
    """Delays of declaration by week and département, likewise."""
    cells = 0
    for dep, first, last, waited, admitted, mean in warehouse.rows(
        "declaration_delay",
        "geo_code, period_start, period_end, numerator, denominator, value",
        where="geo_level = 'DEP' and geo_code <> 'unknown'",
    ):
        days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
        assert waited == sum(figures.waits[dep, day] for day in days), (dep, last)
        assert admitted == figures.events("hosp", first, last, deps=[dep])
        assert mean == (waited / admitted if admitted else None)
        cells += 3
    return cells


def layouts_by_event(figures: Figures, warehouse: Warehouse) -> int:
    """Those of the layouts that count by date of event, or by région what is declared, likewise."""
    cells = 0
    for layout, keys in (
        ("covid_hosp_txad_fra", "fra, '0'"),
        ("covid_hosp_txad_reg", "reg, '0'"),
        ("covid_hosp_txad_age_fra", "fra, clage_90"),
    ):
        places = set()
        for place, age, jour, cause, *found in warehouse.rows(layout, f'{keys}, jour, "PourAvec", {RATES}'):
            places.add((place, age))
            if (place, age) not in PEOPLE:
                assert found == [None] * 5
                continue
            of = {"cause": cause, "deps": REGIONS.get(place, ()), "age": age}
            week = (jour - dt.timedelta(6), jour)
            expected = [
                None if cause != "0" else figures.events("dc", *week, **of),
                figures.events("hosp", *week, **of),
                figures.events("rea", *week, **of),
                figures.events("present", jour, jour, **of),
                figures.events("critical", jour, jour, **of),
            ]
            rates = [n if n is None else 1e5 * n / PEOPLE[place, age] for n in expected]
            assert found == pytest.approx(rates), (layout, place, age, jour, cause)
            cells += len(found)
        # In the first week there is nothing yet.
        assert len(places) in (0, {"fra": 1, "reg": 2, "age_fra": 11}[layout.removeprefix("covid_hosp_txad_")])
    for reg, week, age, found in warehouse.rows("covid_hosp_ad_age", 'reg, "Semaine", cl_age90, "NewAdmHospit"'):
        monday = dt.datetime.strptime(f"{week}-1", "%G-S%V-%u").date()
        expected = figures.events("hosp", monday, monday + dt.timedelta(6), deps=REGIONS[reg], age=age)
        assert found == expected, (reg, week, age)
        cells += 1
    for jour, name, reg, found in warehouse.rows("covid_hospit_incid_reg", "*"):
        assert name == {"84": "Auvergne-Rhône-Alpes", "11": "Île-de-France"}[reg]
        assert found == sum(figures.declared[dep, "rea", jour] for dep in REGIONS[reg]), (reg, jour)
        cells += 1
    return cells


def strata_equal_to(figures: Figures, warehouse: Warehouse) -> int:
    """Every stratum of the indicators that have some, what is unknown included, likewise."""
    everyone = "period = 'day' and sex = 'all' and age_scheme = 'all'"
    by_unit = {
        (geo, day, unit): value
        for geo, day, unit, value in warehouse.rows(
            "in_hospital", "geo_code, period_end, stratum, value", where=f"{everyone} and geo_level = 'DEP'"
        )
    }
    deps = {geo for geo, _, _ in by_unit} - {"unknown"}
    for (geo, day, unit), found in by_unit.items():
        if geo in deps:
            assert found == figures.stock([geo], UNITS[unit], day), (geo, day, unit)
    assert {unit for _, _, unit in by_unit} == set(UNITS)
    cells = len(by_unit)
    for name, column in BY_CAUSE.items():
        rows = warehouse.rows(name, "period_end, stratum, value", where=f"{everyone} and geo_level = 'FRA'")
        assert {stratum for _, stratum, _ in rows} == set(CAUSES)
        for day, cause, found in rows:
            assert found == figures.events(column, day, day, CAUSES[cause]), (name, day, cause)
        cells += len(rows)
    return cells


@pytest.mark.parametrize("number", [1, 2])
def test_every_cell_after_each_delivery(number: int, tmp_path, record_property) -> None:
    """Official layouts against the second computation, as deliveries come in, and against a rebuild."""
    epidemic = Epidemic(dice("stays", number))
    for stay in range(1, 101):
        epidemic.stay(stay)
    warehouse, received, cells = Warehouse(tmp_path), [], 0
    deliveries = list(epidemic.deliveries())
    for number, (day, rows) in enumerate(deliveries, start=1):
        warehouse.land(day, rows)
        received += rows
        if number % 3 and number < len(deliveries):
            continue  # three deliveries are one run
        warehouse.run()
        if number in (12, 30, len(deliveries)):
            [(first, last, _)] = warehouse.rows("int_hospital__calendar")
            figures = Figures(received, first, last)
            cells += assert_equal_to(figures, warehouse)
            aside = {
                event: reason
                for event, reason in warehouse.rows("int_hospital__set_aside", "event_key, reason")
                if reason != "settled"
            }
            assert aside == figures.set_aside
    warehouse.assert_same_as_rebuilt()
    shapes = Counter(row.what for row in received)
    assert len(shapes) == 7 and set(figures.set_aside.values()) == {"no_admission", "before_admission", "after_death"}
    record_property("proof", f"hospital stays, {len(received)} rows: {cells} official cells equal")


def test_an_erased_person_is_in_no_figure(tmp_path) -> None:
    """What the request takes away is what a lake without the person gives, and nothing names the stay any more."""
    epidemic = Epidemic(dice("erasure"))
    for number in range(1, 41):
        epidemic.stay(number)
    # An event that goes from one person's stay to another's is the subject of the tests of landing.
    persons = {(row.event, row.person) for row in epidemic.rows}
    shared = {event for event, count in Counter(event for event, _ in persons).items() if count > 1}
    moved = shared | {row.event for row in epidemic.rows if row.stay != row.person}
    epidemic.rows = [row for row in epidemic.rows if row.event not in moved]
    warehouse, received = Warehouse(tmp_path), []
    for day, rows in epidemic.deliveries():
        warehouse.land(day, rows)
        received += rows
    warehouse.run()
    erased = min(stay for (stay,) in warehouse.rows("int_hospital__stays", "stay_key"))
    warehouse.erase(erased, day)
    warehouse.run()
    [(first, last, _)] = warehouse.rows("int_hospital__calendar")
    assert_equal_to(Figures([row for row in received if row.person != erased], first, last), warehouse)
    warehouse.assert_same_as_rebuilt()


def test_a_late_stay_changes_its_days_and_no_others(tmp_path) -> None:
    """A stay of three months ago, declared today: by date of event its own days change, and they alone."""
    epidemic = Epidemic(dice("late stay"))
    for number in range(1, 41):
        epidemic.stay(number)
    warehouse = Warehouse(tmp_path)
    for day, rows in epidemic.deliveries():
        warehouse.land(day, rows)
    warehouse.run()
    columns = "period_end, admissions, discharges, present, present_critical"
    cube = f"{columns} from {{}} where geo_level = 'FRA' and period = 'day' and sex = 'all' and age_scheme = 'all'"
    relation = warehouse.databases["daily"].relation("int_hospital__cube")
    before = set(warehouse.connection.execute(f"select {cube.format(relation)}").fetchall())
    came = dt.datetime.combine(FIRST + dt.timedelta(10), dt.time(9))
    common = {
        "version": 1, "kind": "new", "person": 999, "stay": 999, "finess": None, "dep": "75", "sex": "F", "age": 50,
        "cause": "POUR", "declared_at": dt.datetime.combine(day, dt.time(10)), "delivery": 2**63 - 1, "received": day,
        "arrival": 10**6,
    }  # fmt: skip
    rows = [
        Row(event=90_001, what="ADMISSION", unit="SOINS_CRITIQUES", at=came, line=1, **common),
        Row(event=90_002, what="RETOUR_DOMICILE", unit=None, at=came + dt.timedelta(days=3), line=2, **common),
    ]
    warehouse.land(day, rows)
    warehouse.run()
    after = set(warehouse.connection.execute(f"select {cube.format(relation)}").fetchall())
    # The day of the declaration may be one that no figure had before.
    known = {row[0] for row in before}
    changed = sorted(row[0] for row in after - before if row[0] in known)
    assert changed == [came.date() + dt.timedelta(n) for n in range(4)]
    warehouse.assert_same_as_rebuilt()


def test_a_withdrawn_delivery_is_in_no_figure(tmp_path) -> None:
    """The figures without it are those of a lake to which it never came, after a run as after a rebuild."""
    epidemic = Epidemic(dice("withdrawal"))
    for number in range(1, 31):
        epidemic.stay(number)
    warehouse, deliveries = Warehouse(tmp_path), list(epidemic.deliveries())
    half = len(deliveries) // 2
    for day, rows in deliveries[:half]:
        warehouse.land(day, rows)
    warehouse.run()
    for day, rows in deliveries[half:]:
        warehouse.land(day, rows)
    # One that the figures hold, and one that they do not hold yet.
    _, counted = max(deliveries[:half], key=lambda each: len(each[1]))
    _, waiting = max(deliveries[half:-1], key=lambda each: len(each[1]))
    warehouse.withdraw(waiting[0].delivery, day)
    warehouse.run()
    warehouse.withdraw(counted[0].delivery, day)
    warehouse.run()
    gone = {counted[0].delivery, waiting[0].delivery}
    received = [row for _, rows in deliveries for row in rows if row.delivery not in gone]
    [(first, last, _)] = warehouse.rows("int_hospital__calendar")
    assert_equal_to(Figures(received, first, last), warehouse)
    warehouse.assert_same_as_rebuilt()
