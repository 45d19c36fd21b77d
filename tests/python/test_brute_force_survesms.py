"""Every cell of the indicators of care homes, computed a second time from the delivered files.

Six weeks with every disturbance, falls and episodes declared twice among them; taken in by several runs of the models'
own SQL (see `rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest
from brute_force_survesms import figures
from rendered_models import Project
from small_epidemic import SEEDS
from test_as_of import Rendered
from test_same_as_rebuild import GIVEN

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2021, 1, 4), dt.date(2021, 2, 14)
OFTEN = {
    "late": 0.15, "fall": 0.2, "reopened": 0.3, "twice": 0.2, "blank": 0.1, "unsaid": 0.2, "unknown_signs": 0.2,
    "correction": 0.1, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.02,
}  # fmt: skip
COUNTS = {
    "residents_confirmed": "care_home_residents_confirmed", "residents_possible": "care_home_residents_possible",
    "staff_confirmed": "care_home_staff_confirmed", "staff_possible": "care_home_staff_possible",
    "deaths_home": "care_home_deaths", "deaths_hospital": "care_home_deaths_in_hospital",
    "episodes": "care_home_episodes",
}  # fmt: skip
OTHERS = {
    "episodes_begun": "care_home_episodes_begun", "residents_confirmed_taken_back": "care_home_cases_taken_back",
    "deaths_home_taken_back": "care_home_deaths_taken_back",
}  # fmt: skip
KINDS = {"all": "all", "ehpad": "EHPAD", "disability": "HANDICAP", "children": "ENFANCE", "other": "AUTRE"}
with (SEEDS / "departements.csv").open(encoding="utf-8", newline="") as file:
    REGIONS = {row["dep"]: row["reg"] for row in csv.DictReader(file)}
#: France, régions and départements, and what has no known place.
PLACES = 1 + len(set(REGIONS.values())) + 1 + len(REGIONS) + 1
BOTH = "cumulative_deaths_hospital_and_care_homes"


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered, to hospitals too, later than to care homes."""
    home = Home(tmp_path_factory.mktemp("survesms") / "home")
    simulate(home, "survesms", "builtin", START, END, 5, OFTEN, size=5_000)
    simulate(home, "sivic", "builtin", START + dt.timedelta(days=9), END, 5, {}, size=2_000)
    cumulative = [f"cumulative_{name}" for name in COUNTS.values()]
    names = [*COUNTS.values(), *OTHERS.values(), *cumulative, "care_home_open_episodes", "care_home_attack_rate"]
    runs = Rendered(home, Project.read(), names[0], [*names[1:], "cumulative_hospital_deaths", BOTH])
    everything = runs.order
    runs.order = runs.project.upstream([names[0], BOTH], given=GIVEN)
    for day in (START + dt.timedelta(days=20), END - dt.timedelta(days=1)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    return runs


@pytest.fixture(scope="module")
def brute(way) -> dict[str, Counter]:
    """The same by brute force."""
    found = figures(way.home.root, REGIONS)
    assert all(sum(map(abs, found[what].values())) > 50 for what in (*COUNTS, *OTHERS, "opened", "attack_cases"))
    # Falls are there to be seen, in France too.
    assert min(found["residents_confirmed"].values()) < 0
    return found


def days(way: Rendered) -> list[dt.date]:
    """Every day from the first one with a figure to the last."""
    first, last = way.connection.execute(
        f"select first_day, last_day from {way.table('int_care_homes__calendar')}"
    ).fetchone()
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def summed(cells: Counter, span: str, calendar: list[dt.date]) -> Counter:
    """The same over the week that is whole, or all days up to each day."""
    found: Counter = Counter()
    for (level, place, day, kind), number in cells.items():
        on = dt.date.fromisoformat(day)
        sunday = on + dt.timedelta(days=7 - on.isoweekday())
        ends = {
            "day": [on],
            "week": [sunday] if calendar[0] <= sunday - dt.timedelta(days=6) and sunday <= calendar[-1] else [],
            "cumulative": [each for each in calendar if each >= on],
        }
        for end in ends[span]:
            found[level, place, str(end), kind] += number
    return found


def told(way: Rendered, name: str, span: str, columns: str = "value") -> dict[tuple, tuple]:
    """The figures of an indicator by cell, in the words of the brute force."""
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end::varchar, stratum, {columns} from {way.table(name)}"
        f" where period = '{span}' and sex = 'all' and age_scheme = 'all'"
    ).fetchall()
    return {(*row[:3], KINDS[row[3]]): row[4] if len(row) == 5 else row[4:] for row in rows}


def compared(found: dict, expected: Counter, kinds: int, ends: int) -> int:
    """Assert that every cell of the places and kinds is there, and what is expected; their number."""
    wrong = {cell: (number, expected[cell]) for cell, number in found.items() if number != expected[cell]}
    assert not wrong, dict(list(wrong.items())[:10])
    assert len(found) == PLACES * kinds * ends
    return len(found)


@pytest.mark.parametrize("what", [*COUNTS, *OTHERS])
def test_every_cell_of_a_count(way, brute, what, record_property):
    name, calendar, cells = {**COUNTS, **OTHERS}[what], days(way), 0
    for span in ("day", "week"):
        expected = summed(brute[what], span, calendar)
        found = told(way, name, span)
        ends = len(calendar) if span == "day" else sum(day.isoweekday() == 7 for day in calendar[6:])
        cells += compared(found, expected, 5 if what in COUNTS or what == "episodes_begun" else 1, ends)
    if what in COUNTS:
        name = f"cumulative_{name}"
        cells += compared(told(way, name, "cumulative"), summed(brute[what], "cumulative", calendar), 5, len(calendar))
    record_property("proof", f"{name}: {cells:,} cells computed a second time")


def test_open_episodes(way, brute):
    calendar = days(way)
    to_date = summed(brute["opened"], "cumulative", calendar)
    found = told(way, "care_home_open_episodes", "day")
    compared(found, to_date, 5, len(calendar))
    assert (
        0
        < found["FRA", "FR", str(END), "all"]
        < sum(number for cell, number in brute["episodes"].items() if cell[0] == "FRA" and cell[3] == "all")
    )
    assert all(number == to_date[cell] for cell, number in told(way, "care_home_open_episodes", "week").items())


def test_the_attack_rate_is_that_of_closed_episodes(way, brute):
    calendar = days(way)
    for span in ("day", "week"):
        cases, residents = (summed(brute[f"attack_{what}"], span, calendar) for what in ("cases", "residents"))
        found = told(way, "care_home_attack_rate", span, "numerator, denominator, value, ci_low, ci_high")
        assert len(found) > 20 * 5 * 5
        for cell, (numerator, denominator, value, low, high) in found.items():
            assert (numerator, denominator) == (cases[cell], residents[cell])
            assert value == (100 * cases[cell] / residents[cell] if residents[cell] else None)
            assert value is None or low <= value <= high <= 100


def test_deaths_in_hospital_and_in_care_homes_together(way):
    """On the days that both know; provisional when one of them is."""
    homes, hospital = (
        told(way, f"cumulative_{name}", "cumulative", "value, status")
        for name in ("care_home_deaths", "hospital_deaths")
    )
    found = told(way, BOTH, "cumulative", "value, status")
    assert set(found) == {cell for cell in homes if cell in hospital} and len(found) > 30 * PLACES
    for cell, (deaths, status) in found.items():
        assert deaths == homes[cell][0] + hospital[cell][0]
        assert status == ("final" if homes[cell][1] == hospital[cell][1] == "final" else "provisional")
    assert any(homes[cell][0] and hospital[cell][0] for cell in found)


def test_a_signed_count_has_no_interval(way):
    table = way.table("care_home_residents_confirmed")
    low, high, least = way.connection.execute(
        f"select count(ci_low), count(ci_high), min(value) from {table}"
    ).fetchone()
    assert (low, high) == (0, 0) and least < 0
