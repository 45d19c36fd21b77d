"""Every cell of the indicators of clusters, computed a second time from the delivered files.

Eight weeks with every disturbance, taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from brute_force_monic import figures
from rendered_models import Project
from test_as_of import Rendered
from test_brute_force_vacsi import compared, regions  # noqa: F401 - a fixture
from test_same_as_rebuild import GIVEN
from test_simulator_monic import END, OFTEN, START

from orchestration.home import Home
from orchestration.simulator import simulate

#: Of each indicator its numerator, its denominator where it has one, and its schemes of strata.
INDICATORS = {
    "clusters_reported": ("clusters", None, {"place_kind", "criticality", "state"}),
    "clusters_under_way": ("under_way", None, {"place_kind", "criticality"}),
    "clusters_closed": ("closed", None, set()),
    "cumulative_clusters": ("to_date", None, {"place_kind", "criticality", "state"}),
    "cases_per_cluster": ("cases", "clusters", set()),
}
PERIODS = {"clusters_under_way": ("day", "week"), "cumulative_clusters": ("cumulative",)}
STOCKS = {"under_way", "to_date"}
#: What the strata are in the files.
CODES = {
    "care_home": "EHPAD", "elderly": "EMS_PA", "disability": "EMS_PH", "child_protection": "ASE", "health_care": "ES",
    "education": "SCOLAIRE_UNIVERSITAIRE", "school": "SCOLAIRE", "university": "UNIVERSITAIRE", "nursery": "CRECHE",
    "company": "ENTREPRISE", "prison": "PENITENTIAIRE", "social_housing": "HEBERGEMENT_SOCIAL",
    "vulnerable": "COMMUNAUTE_VULNERABLE", "family": "FAMILLE_ELARGIE", "event": "EVENEMENT", "sport": "SPORT",
    "transport": "TRANSPORT", "small_area": "UNITE_GEOGRAPHIQUE", "other": "AUTRE", "limited": "LIMITEE",
    "moderate": "MODEREE", "high": "ELEVEE", "investigated": "INVESTIGATION", "controlled": "MAITRISE",
    "spread": "DIFFUSION", "closed": "CLOTURE",
}  # fmt: skip
DAYS = [START + dt.timedelta(days=n) for n in range((END - START).days + 1)]


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("monic") / "home")
    simulate(home, "monic", "builtin", START, END, 5, OFTEN, size=6_000)
    names = list(INDICATORS)
    runs = Rendered(home, Project.read(), names[0], names[1:])
    everything = runs.order
    runs.order = runs.project.upstream(["int_clusters__cube_windows", names[0]], given=GIVEN)
    for day in (START + dt.timedelta(days=30), END - dt.timedelta(days=1)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    return runs


@pytest.fixture(scope="module")
def brute(way, regions) -> dict[str, Counter]:  # noqa: F811
    """The same by brute force."""
    found = figures(way.home.root, regions, DAYS)
    assert all(sum(found[name].values()) > 1_000 for name in ("clusters", "closed", "to_date", "under_way", "cases"))
    return found


def ends_of(span: str, day: dt.date, is_stock: bool) -> list[str]:
    """The last days of the periods in which a day counts: of a stock, that it ends."""
    if span in ("day", "cumulative"):
        return [str(day)]
    whole = [end for end in DAYS[6:] if day <= end <= day + dt.timedelta(days=0 if is_stock else 6)]
    return [str(end) for end in whole if span == "rolling7" or end.isoweekday() == 7]


def summed(cells: Counter, span: str, is_stock: bool) -> Counter:
    """The same by period."""
    found: Counter = Counter()
    ends = {str(day): ends_of(span, day, is_stock) for day in DAYS}
    for (level, place, day, *of), number in cells.items():
        for end in ends[day]:
            found[level, place, end, *of] += number
    return found


@pytest.mark.parametrize("name", list(INDICATORS))
def test_every_cell_of_an_indicator(way, brute, name, record_property):
    """In all its periods, of all clusters and by kind of place, criticality and state."""
    numerator, denominator, schemes = INDICATORS[name]
    cells, periods = 0, PERIODS.get(name, ("day", "rolling7", "week"))
    for span in periods:
        rows = way.connection.execute(
            "select geo_level, geo_code, period_end::varchar, stratum_scheme, stratum, numerator, denominator, value,"
            f" sex, age_scheme from {way.table(name)} where period = '{span}'"
        ).fetchall()
        told = {(*row[:4], CODES.get(row[4], row[4])): row[5:8] for row in rows}
        assert len(told) == len(rows) and {row[8:] for row in rows} == {("all", "all")}
        assert {cell[3] for cell in told} == schemes | {"all"}

        def is_published(cell: tuple) -> bool:
            return cell[3] in schemes | {"all"}

        for figure, position in ((numerator, 0), (denominator, 1)):
            if figure:
                found = {cell: figures[position] for cell, figures in told.items()}
                cells += compared(found, summed(brute[figure], span, figure in STOCKS), is_published)
        wrong = [
            cell
            for cell, (part, whole, value) in told.items()
            if value != (part if not denominator else part / whole if whole else None)
        ]
        assert not wrong, wrong[:5]
    assert {
        row[0] for row in way.connection.execute(f"select distinct period from {way.table(name)}").fetchall()
    } == set(periods)
    assert cells > 120 * len(DAYS)
    record_property("proof", f"{name}: {cells:,} cells computed a second time")
