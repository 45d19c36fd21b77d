"""Every cell of the indicators of contact tracing, computed a second time from the delivered files.

Five weeks with every disturbance, taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict

import pytest
from brute_force_contact_covid import delays, figures
from rendered_models import Project
from test_as_of import Rendered
from test_brute_force_vacsi import compared, regions  # noqa: F401 - a fixture
from test_same_as_rebuild import GIVEN
from test_simulator_contact_covid import END, OFTEN, START

from orchestration.home import Home
from orchestration.simulator import simulate

#: Of each indicator its numerator and, where it has one, its denominator.
INDICATORS = {
    "index_cases": ("index_cases", None),
    "at_risk_contacts": ("contacts", None),
    "contacts_per_index_case": ("contacts_named", "index_cases"),
    "index_cases_without_contact_share": ("index_cases_without_contact", "index_cases"),
    "index_cases_known_as_contact_share": ("index_cases_known", "index_cases_told"),
    "index_cases_reached_share": ("index_cases_reached", "index_cases"),
    "contacts_called_within_24h_share": ("contacts_called_within_24h", "contacts"),
    "contacts_becoming_cases_share": ("contacts_became_cases", "contacts"),
}
DELAYS = {"index_case_call_delay": "case", "contact_call_delay": "contact", "contact_onset_to_test_delay": "onset"}
#: What the strata are in the files.
LINKS = {"household": "FOYER", "other": "AUTRE", "unknown": "unknown"}
BY_SETTING = {"at_risk_contacts", "contacts_becoming_cases_share"}
DAYS = [START + dt.timedelta(days=n) for n in range((END - START).days + 1)]


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("contacts") / "home")
    simulate(home, "contact_covid", "builtin", START, END, 5, OFTEN, size=12_000)
    names = [*INDICATORS, *DELAYS]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    everything = runs.order
    runs.order = runs.project.upstream(["int_contact_tracing__cube_windows", names[0]], given=GIVEN)
    for day in (START + dt.timedelta(days=20), END - dt.timedelta(days=1)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    return runs


@pytest.fixture(scope="module")
def brute(way, regions) -> dict[str, Counter]:  # noqa: F811
    """The same by brute force."""
    found = figures(way.home.root, regions)
    used = {figure for pair in INDICATORS.values() for figure in pair if figure}
    assert set(found) == used and all(sum(cells.values()) > 100 for cells in found.values())
    return found


def ends_of(span: str, day: dt.date) -> list[str]:
    """The last days of the periods that hold a day: those that are whole."""
    if span == "day":
        return [str(day)]
    whole = [end for end in DAYS[6:] if day <= end <= day + dt.timedelta(days=6)]
    return [str(end) for end in whole if span == "rolling7" or end.isoweekday() == 7]


def summed(cells: Counter, span: str) -> Counter:
    """The same over the seven days or the week."""
    found: Counter = Counter()
    ends = {str(day): ends_of(span, day) for day in DAYS}
    for (level, place, day, *of), number in cells.items():
        for end in ends[day]:
            found[level, place, end, *of] += number
    return found


@pytest.mark.parametrize("name", list(INDICATORS))
def test_every_cell_of_an_indicator(way, brute, name, record_property):
    """By day, seven days and week, by sex and age, and by link with the case."""
    numerator, denominator = INDICATORS[name]
    cells = 0
    for span in ("day", "rolling7", "week"):
        rows = way.connection.execute(
            "select geo_level, geo_code, period_end::varchar, sex, age_scheme, age_class, stratum_scheme, stratum,"
            f" numerator, denominator, value from {way.table(name)} where period = '{span}'"
        ).fetchall()
        told = {row[:6] if row[6] == "all" else (*row[:3], row[6], LINKS[row[7]]): row[8:] for row in rows}
        assert len(told) == len(rows) and any(len(cell) == 5 for cell in told) == (name in BY_SETTING)

        def is_published(cell: tuple) -> bool:
            return len(cell) == 6 or name in BY_SETTING

        for figure, position in ((numerator, 0), (denominator, 1)):
            if figure:
                found = {cell: figures[position] for cell, figures in told.items()}
                cells += compared(found, summed(brute[figure], span), is_published)
        scale = 100 if name.endswith("share") else 1
        wrong = [
            cell
            for cell, (part, whole, value) in told.items()
            if denominator
            and (value is not None if not whole else abs(value - scale * part / whole) > 1e-9 * (1 + value))
        ]
        assert not wrong, wrong[:5]
    assert cells > 120 * (len(DAYS) + len(DAYS) - 6) * 4 * 12
    record_property("proof", f"{name}: {cells:,} cells computed a second time")


@pytest.mark.parametrize("name", list(DELAYS))
def test_every_median_of_a_delay(way, regions, name, record_property):  # noqa: F811
    """In every place and period in which somebody waited, and in no other."""
    waited = delays(way.home.root, regions)[DELAYS[name]]
    cells = 0
    for span in ("day", "rolling7", "week"):
        expected = defaultdict(list)
        for (level, place, day), found in waited.items():
            for end in ends_of(span, dt.date.fromisoformat(day)):
                expected[level, place, end] += found
        rows = way.connection.execute(
            f"select geo_level, geo_code, period_end::varchar, denominator, value from {way.table(name)}"
            f" where period = '{span}'"
        ).fetchall()
        told = {row[:3]: row[3:] for row in rows}
        assert told == {cell: (len(found), statistics.median(found)) for cell, found in expected.items()}
        cells += len(rows)
    assert cells > 1_000
    record_property("proof", f"{name}: {cells:,} medians computed a second time")
