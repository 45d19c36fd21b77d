"""Every cell of the indicators of mortality, computed a second time from the delivered files: what is counted in plain
Python, what is expected by least squares of numpy.

Five weeks over a change of ISO year, after six years of history, with every disturbance; taken in by several runs of
the models' own SQL and Python (see `rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from itertools import product

import pytest
from brute_force_deaths import CLASSES, baseline, counts, deaths, panel, sunday
from rendered_models import Project
from small_epidemic import REPOSITORY, SEEDS
from test_as_of import Rendered
from test_same_as_rebuild import GIVEN
from test_simulator_deaths import OFTEN

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2020, 12, 14), dt.date(2021, 1, 17)
WEEKLY, WITHHELD, PROVISIONAL = 5, 7, 28
COUNTED = {
    "deaths": ("deaths", None),
    "electronic_deaths_share": ("electronic", "deaths"),
    "deaths_within_week_share": ("soon", "deaths"),
}
EXCESS = ["expected_deaths", "excess_deaths", "mortality_p_score", "mortality_z_score", "mortality_excess_class"]
KEYS = "geo_level, geo_code, period, period_end, sex, age_scheme, age_class"


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on the deliveries of a small feed."""
    home = Home(tmp_path_factory.mktemp("deaths") / "home")
    simulate(home, "insee_deces", "builtin", START, END, 11, OFTEN, size=1_500)
    runs = Rendered(home, Project.read(), "deaths", [*COUNTED, *EXCESS, "late_deaths"])
    everything, runs.order = runs.order, runs.project.upstream(["int_mortality__cube_windows", "deaths"], given=GIVEN)
    for day in (START + dt.timedelta(days=9), START + dt.timedelta(days=20)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    return runs


@pytest.fixture(scope="module")
def region() -> dict[str, str]:
    """The region of each département."""
    with (SEEDS / "departements.csv").open(encoding="utf-8", newline="") as file:
        return {row["dep"]: row["reg"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def told(way) -> list:
    """The deaths that stand."""
    return deaths(way.home.root)


@pytest.fixture(scope="module")
def cells(told, region) -> dict:
    """What is not zero of the counts."""
    return counts(told, region)


@pytest.mark.parametrize("name", list(COUNTED))
def test_every_cell_of_what_is_counted(way, region, cells, name, record_property):
    part, whole = COUNTED[name]
    rows = way.connection.execute(f"select {KEYS}, numerator, denominator, value from {way.table(name)}").fetchall()
    # 35 days, 29 times seven days, 5 weeks; five classes, two of 65 and over, each with those of unknown age.
    places = 1 + len(set(region.values())) + len(region) + 2
    assert len(rows) == len({row[:7] for row in rows}) == places * (35 + 29 + 5) * 4 * (1 + 6 + 3)
    for *key, numerator, denominator, value in rows:
        of = cells[part][tuple(key)]
        assert numerator == of, key
        if whole is None:
            assert (denominator, value) == (None, of), key
        else:
            all_of = cells[whole][tuple(key)]
            assert denominator == all_of, key
            assert value == pytest.approx(100 * of / all_of) if all_of else value is None, key
    assert sum(cells[part].values()) > 10_000
    record_property("proof", f"{name}: {len(rows):,} cells computed a second time, all equal")


@pytest.fixture(scope="module")
def expected(told, region) -> dict:
    """By (level, place, scheme, class, Sunday): deaths of the panel, expected deaths and their deviation, all weeks."""
    found = {}
    every = [("FRA", "FR"), *(("REG", reg) for reg in set(region.values())), *(("DEP", dep) for dep in region)]
    for year in panel(told, region).values():
        for place, age in product(every, [("all", "all"), ("65plus", "64"), ("65plus", "65")]):
            numbers = [year["deaths"][*place, *age, day] for day in year["fitted"]]
            is_enough = sum(numbers) >= WEEKLY * len(numbers)
            fit = baseline(year["fitted"], numbers, year["assessed"]) if is_enough else None
            for position, day in enumerate(year["assessed"]):
                found[*place, *age, day] = (
                    year["deaths"][*place, *age, day],
                    *(fit[position] if fit else (None, None)),
                )
    return found


def told_of(name: str, day: dt.date, observed: int, mean: float | None, deviation: float | None) -> tuple:
    """Numerator, denominator and value of an indicator."""
    if mean is None or mean < WEEKLY:
        return (None, None, None)
    if name == "expected_deaths":
        return (mean, None, mean)
    if day > END - dt.timedelta(days=WITHHELD) or not observed:
        return (None, None if name == "mortality_excess_class" else mean, None)
    z_score = (observed - mean) / deviation
    if name == "mortality_excess_class":
        return (None, None, sum(z_score >= limit for limit in (2, 5, 7, 12)))
    values = {"excess_deaths": observed - mean, "mortality_p_score": 100 * (observed - mean) / mean}
    return (observed, mean, values.get(name, z_score))


@pytest.mark.parametrize("name", EXCESS)
def test_every_cell_of_what_is_expected(way, expected, name, record_property):
    rows = way.connection.execute(
        f"select geo_level, geo_code, age_scheme, age_class, period_end, numerator, denominator, value, status"
        f" from {way.table(name)} where period = 'week' and sex = 'all'"
    ).fetchall()
    assert {row[:5] for row in rows} == set(expected) and len(rows) == len(expected)
    assert {row[4].isocalendar()[:2] for row in rows} == {(2020, 51), (2020, 52), (2020, 53), (2021, 1), (2021, 2)}
    given = 0
    for *key, numerator, denominator, value, status in rows:
        right = told_of(name, key[4], *expected[tuple(key)])
        for ours, theirs in zip((numerator, denominator, value), right, strict=True):
            assert ours == (None if theirs is None else pytest.approx(theirs, rel=1e-7, abs=1e-7)), (key, right)
        assert (value is None) == (status == "not_applicable")
        given += value is not None
    assert given > 50
    record_property("proof", f"{name}: {len(rows):,} cells fitted a second time, all equal")


def test_every_row_of_the_file_of_late_deaths(way, told, region, record_property):
    right = {}
    current = [death for death in told if not death.is_history]
    for age in range(9):
        for death in current:
            end = sunday(death.day)
            if end - dt.timedelta(days=6) < START or end > END or end + dt.timedelta(weeks=age) > END:
                continue
            level_and_code = [("FRA", "FR"), ("REG", region[death.dep]), ("DEP", death.dep)]
            for place in level_and_code:
                known, every = right.get((*place, end, age), (0, 0))
                is_known = death.transmitted <= end + dt.timedelta(weeks=age)
                right[*place, end, age] = (known + is_known, every + 1)
    rows = way.connection.execute(f"from {way.table('late_deaths')}").fetchall()
    week = {f"{day:%G-S%V}": day for _, _, day, _ in right}
    found = {(level, code, week[when], age): (known, every) for level, code, when, age, known, every, _ in rows}
    assert found == right and len(rows) == len(right) > 500
    assert all(float(share) == pytest.approx(100 * known / every, abs=0.00501) for *_, known, every, share in rows)
    record_property("proof", f"late_deaths: {len(rows):,} rows computed a second time, all equal")


def test_communes_that_begin_or_stop_are_no_part_of_the_panel(way, told):
    """Both kinds are there, and not in it."""
    found = dict(
        way.connection.execute(f"select com, transmits_since from {way.table('int_mortality__panel')}").fetchall()
    )
    begun = {death.com for death in told if death.since and death.since >= START}
    electronic = {death.com for death in told if death.is_electronic}
    last = {}
    for death in sorted(told, key=lambda death: (death.day, death.since or dt.date.max)):
        last[death.com] = death.since
    stopped = {com for com in electronic if last[com] is None}
    assert begun and stopped
    assert not stopped & set(found)
    assert all(found[com] >= START for com in begun & set(found))
    assert {com: since for com, since in last.items() if since} == found


@pytest.mark.parametrize("name", EXCESS)
def test_pages_say_what_is_set(name):
    """In both languages, and it is what the project says."""
    setting = Project.read().variables["baseline"]
    assert setting == {
        "spring": [15, 26], "autumn": [36, 45], "years": 5, "least": 3, "weekly": WEEKLY, "withheld_days": WITHHELD,
        "provisional_days": PROVISIONAL,
    }  # fmt: skip
    french, english = (REPOSITORY / f"models/marts/mortality/{name}.md").read_text("utf-8").split("--- en ---")
    assert "15 à 26 et 36 à 45 des cinq années d'avant (trois au moins)" in french and "cinq décès" in french
    assert "15 to 26 and 36 to 45 of the five years before (three at least)" in english and "five" in english


def test_classes_of_age_are_those_of_the_seed():
    with (SEEDS / "age_classes.csv").open(encoding="utf-8", newline="") as file:
        seed = [(row["age_scheme"], int(row["lower_age"]), row["age_class"]) for row in csv.DictReader(file)]
    for scheme, classes in CLASSES.items():
        assert sorted(classes) == [(first, code) for of, first, code in sorted(seed) if of == scheme]
