"""Every cell of the indicators of vaccination, computed a second time from the delivered files.

Six weeks in which bivalent boosters begin, with every disturbance; taken in by several runs of the models' own SQL (see
`rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest
from brute_force_vacsi import age_class, figures
from rendered_models import Project
from small_epidemic import SEEDS
from test_as_of import Rendered
from test_same_as_rebuild import GIVEN

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2022, 8, 22), dt.date(2022, 10, 2)
OFTEN = {
    "repeat": 0.05, "late": 0.1, "correction": 0.1, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03,
    "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05, "unknown_age": 0.05, "unknown_place": 0.05,
    "unknown_product": 0.05,
}  # fmt: skip
THINGS = {
    "dose1": "first_doses", "dose2": "second_doses", "dose3": "third_doses", "dose4": "fourth_doses",
    "complete": "complete_schemes", "booster1": "first_boosters", "booster2": "second_boosters",
    "booster3": "third_boosters", "bivalent": "bivalent_boosters",
}  # fmt: skip
COUNTS = {"doses": "vaccine_doses", **THINGS}
COVERAGES = {
    "dose1": "first_dose_coverage", "complete": "complete_scheme_coverage", "booster1": "first_booster_coverage",
    "booster2": "second_booster_coverage", "booster3": "third_booster_coverage",
    "bivalent": "bivalent_booster_coverage",
}  # fmt: skip
#: What the strata are in the files.
PRODUCTS = {
    "1": "comirnaty", "2": "spikevax", "3": "vaxzevria", "4": "janssen", "5": "comirnaty_child", "6": "nuvaxovid",
    "8": "comirnaty_bivalent", "9": "spikevax_bivalent", "10": "vidprevtyn", "11": "comirnaty_infant",
    "12": "bivalent_other", "unknown": "unknown",
}  # fmt: skip
GROUPS = {"RESIDENT": "resident", "PROFESSIONNEL": "staff", "LIBERAL": "liberal", "SOIGNANT": "carer", "OTHER": "other"}
DAYS = [START + dt.timedelta(days=n) for n in range((END - START).days + 1)]


@pytest.fixture(scope="module")
def regions() -> dict[str, str]:
    """The région of each département."""
    with (SEEDS / "departements.csv").open(encoding="utf-8", newline="") as file:
        return {row["dep"]: row["reg"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("vacsi") / "home")
    simulate(home, "vacsi", "builtin", START, END, 5, OFTEN, size=12_000)
    cumulative = [f"cumulative_{name}" for name in THINGS.values()]
    names = [*COUNTS.values(), *cumulative, *COVERAGES.values(), "unvaccinated_share", "vacsi_s_dep", "vacsi12_reg"]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    everything, runs.order = (
        runs.order,
        runs.project.upstream(["int_vaccination__cube_windows", names[0], names[-1]], given=GIVEN),
    )
    for day in (START + dt.timedelta(days=30), END - dt.timedelta(days=1)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    return runs


@pytest.fixture(scope="module")
def brute(way, regions) -> dict[str, Counter]:
    """The same by brute force."""
    found = figures(way.home.root, regions)
    assert set(found) >= set(COUNTS) and all(sum(cells.values()) > 50 for cells in found.values())
    assert any(cell[5] == age_class(-1) for cell in found["dose1"] if cell[3] == "all")
    return found


def ends_of(span: str, day: dt.date) -> list[str]:
    """The last days of the periods that hold a day: those that are whole."""
    later = [end for end in DAYS if end >= day]
    if span == "day":
        return [str(day)]
    if span == "cumulative":
        return [str(end) for end in later]
    whole = [end for end in later if end <= day + dt.timedelta(days=6) and end >= DAYS[6]]
    return [str(end) for end in whole if span == "rolling7" or end.isoweekday() == 7]


def summed(cells: Counter, span: str) -> Counter:
    """The same over the seven days, the week, or all days up to each day."""
    found: Counter = Counter()
    ends = {str(day): ends_of(span, day) for day in DAYS}
    for (level, place, day, *of), number in cells.items():
        for end in ends[day]:
            found[level, place, end, *of] += number
    return found


def told(way: Rendered, name: str, span: str, strata: bool) -> dict[tuple, float]:
    """The numerators of an indicator by cell, in the words of the brute force."""
    rows = way.connection.execute(
        "select geo_level, geo_code, period_end::varchar, sex, age_scheme, age_class, stratum_scheme, stratum,"
        f" numerator from {way.table(name)} where period = '{span}' and (stratum_scheme <> 'all') = {strata}"
    ).fetchall()
    products, groups = ({to: code for code, to in of.items()} for of in (PRODUCTS, GROUPS))
    if not strata:
        return {row[:6]: row[8] for row in rows}
    return {
        (*row[:3], "product", products[row[7]]) if row[6] == "vaccine" else (*row[:3], "group", groups[row[7]]): row[8]
        for row in rows
    }


def compared(found: dict[tuple, float], expected: Counter, is_published) -> int:
    """Assert that the cells are those expected, zero where nothing is, and that none is missing of what is published;
    their number."""
    wrong = {cell: (number, expected[cell]) for cell, number in found.items() if number != expected[cell]}
    assert not wrong, dict(list(wrong.items())[:10])
    missing = {cell for cell in expected if is_published(cell)} - set(found)
    assert not missing, list(missing)[:10]
    return len(found)


def by_sex_and_age(cell: tuple) -> bool:
    """Whether an indicator of all ages and sexes has the cell."""
    return len(cell) == 6 and cell[4] in ("all", "vacsi")


def of_all(cell: tuple) -> bool:
    """Whether an indicator without ages and sexes has it."""
    return len(cell) == 6 and cell[3:5] == ("all", "all")


def stratum_of(schemes: set) -> object:
    """Whether an indicator by these strata has it."""
    return lambda cell: len(cell) == 5 and cell[3] in schemes


@pytest.mark.parametrize("what", list(COUNTS))
def test_every_cell_of_a_count(way, brute, what, record_property):
    """By day, seven days and week, by sex and age; and by product and target group of the day."""
    name, cells, plain = COUNTS[what], 0, what in ("dose2", "dose3", "dose4")
    for span in ("day",) if plain else ("day", "rolling7", "week"):
        found = told(way, name, span, strata=False)
        cells += compared(found, summed(brute[what], span), of_all if plain else by_sex_and_age)
    found = told(way, name, "day", strata=True)
    assert sum(found.values()) > 0
    cells += compared(found, brute[what], stratum_of({cell[3] for cell in found}))
    assert cells > 125 * len(DAYS) * (13 if plain else 4 * 16)
    record_property("proof", f"{name}: {cells:,} cells computed a second time")


@pytest.mark.parametrize("what", list(THINGS))
def test_every_cell_of_a_count_to_date(way, brute, what, record_property):
    name, to_date, plain = (
        f"cumulative_{THINGS[what]}",
        summed(brute[what], "cumulative"),
        what in ("dose2", "dose3", "dose4"),
    )
    cells = compared(told(way, name, "cumulative", strata=False), to_date, of_all if plain else by_sex_and_age)
    found = told(way, name, "cumulative", strata=True)
    cells += compared(found, to_date, stratum_of({cell[3] for cell in found}))
    record_property("proof", f"{name}: {cells:,} cells computed a second time")


@pytest.mark.parametrize("what", list(COVERAGES))
def test_every_coverage(way, brute, what):
    """Where there is a population: in France one of 1,000, which stops it at 99, in département 01 of 300."""
    to_date, name = summed(brute[what], "cumulative"), COVERAGES[what]
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end::varchar, sex, age_scheme, age_class, numerator, value, status from"
        f" {way.table(name)}"
    ).fetchall()
    given = {("FRA", "FR"): 1000, ("DEP", "01"): 300}
    assert {row[4] for row in rows} >= {"all", "vacsi"} and {row[3] for row in rows} == {"all", "F", "M"}
    assert ("vacsi12" in {row[4] for row in rows}) == (what in ("dose1", "complete", "booster1"))
    for *cell, people, value, status in rows:
        assert people == to_date[tuple(cell)]
        population = given.get(tuple(cell[:2])) if cell[3:5] == ["all", "all"] else None
        expected = None if population is None else min(99.0, round(100 * people / population + 1e-9, 1))
        assert value == expected and (status == "not_applicable") == (value is None), cell
    if what == "dose1":
        assert 99.0 in {row[7] for row in rows}
        rest = way.connection.execute(
            f"select min(value), max(value), count(value) from {way.table('unvaccinated_share')}"
        )
        assert rest.fetchone() == (1.0, 100.0 - min(row[7] for row in rows if row[7] is not None), 2 * len(DAYS))


def test_the_files_by_sex_and_of_12_and_over(way, brute):
    sexes = {0: "all", 1: "M", 2: "F"}
    rows = way.connection.execute(
        "select dep, sexe, jour::varchar, n_dose1, n_complet, n_rappel, n_2_rappel, n_rappel_biv, n_3_rappel,"
        f" n_cum_dose1 from {way.table('vacsi_s_dep')}"
    ).fetchall()
    assert len(rows) == 103 * 3 * len(DAYS)
    to_date = summed(brute["dose1"], "cumulative")
    for dep, sex, day, *numbers, cumulated in rows:
        cell = ("DEP", dep, day, sexes[sex], "all", "all")
        named = ("dose1", "complete", "booster1", "booster2", "bivalent", "booster3")
        assert numbers == [brute[what][cell] for what in named]
        assert cumulated == to_date[cell]
    rows = way.connection.execute(
        f"select reg, jour::varchar, n_dose1, n_cum_dose1 from {way.table('vacsi12_reg')}"
    ).fetchall()
    islands = {"07": "977", "08": "978"}
    assert len(rows) == 20 * len(DAYS)
    for reg, day, number, cumulated in rows:
        cell = ("REG", islands.get(reg, reg), day, "all", "vacsi12", "12")
        assert (number, cumulated) == (brute["dose1"][cell], to_date[cell])
