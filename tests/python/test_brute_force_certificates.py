"""Every cell of the indicators of electronic certificates, computed a second time from the delivered files.

Four weeks in which the vocabulary of causes changes, with every disturbance, beside a small civil registry; taken in by
several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest
from brute_force_certificates import certificates, counts
from brute_force_deaths import deaths
from rendered_models import Project
from small_epidemic import SEEDS
from test_as_of import Rendered
from test_same_as_rebuild import GIVEN
from test_simulator_certificates import OFTEN

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2020, 2, 17), dt.date(2020, 3, 22)
COUNTED = {
    "electronic_certificates": ("certificates", None),
    "covid_certificates": ("covid", None),
    "covid_certificates_comorbidity_share": ("covid_comorbid", "covid"),
}
KEYS = "geo_level, geo_code, period, period_end, sex, age_scheme, age_class"


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on the deliveries of both feeds."""
    home = Home(tmp_path_factory.mktemp("certificates") / "home")
    simulate(home, "cepidc", "builtin", START, END, 5, OFTEN, size=3_000)
    simulate(home, "insee_deces", "builtin", START, END, 5, {"history": 0.0}, size=5_000)
    others = [*COUNTED, "cumulative_covid_certificates", "certifying_establishments", "electronic_certification_share"]
    runs = Rendered(home, Project.read(), "electronic_certificates", others)
    everything = runs.order
    runs.order = runs.project.upstream(["electronic_certificates", "electronic_certification_share"], given=GIVEN)
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
    """The certificates that stand."""
    return certificates(way.home.root)


@pytest.fixture(scope="module")
def cells(told, region) -> dict:
    """What is not zero of the counts."""
    return counts(told, region)


@pytest.mark.parametrize("name", list(COUNTED))
def test_every_cell_of_what_is_counted(way, region, cells, name, record_property):
    part, whole = COUNTED[name]
    rows = way.connection.execute(
        f"select {KEYS}, stratum, numerator, denominator, value from {way.table(name)}"
    ).fetchall()
    # 35 days, 29 times seven days, 5 weeks; ten classes of age and those of unknown age, five kinds of place.
    places, periods = 1 + len(set(region.values())) + len(region) + 2, 35 + 29 + 5
    strata = 5 if name == "covid_certificates" else 0
    assert len(rows) == len({row[:8] for row in rows}) == places * periods * (4 * (1 + 11) + strata)
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


def test_every_cell_of_what_there_is_to_date(way, region, cells, record_property):
    rows = way.connection.execute(
        f"select {KEYS}, value, period_start from {way.table('cumulative_covid_certificates')} order by all"
    ).fetchall()
    assert len(rows) == (1 + len(set(region.values())) + len(region) + 2) * 35 * 4 * 12
    running = Counter()
    for level, place, period, end, sex, scheme, age, value, start in rows:
        running[level, place, sex, scheme, age] += cells["covid"][level, place, "day", end, sex, scheme, age, "all"]
        assert (period, start) == ("cumulative", START)
        assert value == running[level, place, sex, scheme, age], (level, place, end, sex, age)
    record_property("proof", f"cumulative_covid_certificates: {len(rows):,} cells computed a second time, all equal")


def test_every_cell_of_the_establishments(way, region, told, record_property):
    first: dict[tuple, dt.date] = {}
    for each in told:
        if each.establishment:
            for place in (("FRA", "FR"), ("REG", region[each.dep]), ("DEP", each.dep)):
                key = (*place, each.establishment)
                first[key] = min(first.get(key, each.day), each.day)
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end, value from {way.table('certifying_establishments')}"
    ).fetchall()
    assert len(rows) == (1 + len(set(region.values())) + len(region) + 2) * 35
    by_place: dict[tuple, list] = {}
    for (*place, _), day in first.items():
        by_place.setdefault(tuple(place), []).append(day)
    for level, place, end, value in rows:
        assert value == sum(day <= end for day in by_place.get((level, place), [])), (level, place, end)
    record_property("proof", f"certifying_establishments: {len(rows):,} cells computed a second time, all equal")


def test_every_cell_of_the_share_that_is_certified(way, region, cells, record_property):
    """A week's certificates out of the deaths of the registry; nothing where these are fewer."""
    registry = Counter()
    for death in deaths(way.home.root):
        end = death.day + dt.timedelta(days=7 - death.day.isoweekday())
        for place in (("FRA", "FR"), ("REG", region[death.dep]), ("DEP", death.dep)):
            registry[*place, end] += 1
    rows = way.connection.execute(
        "select geo_level, geo_code, period_end, numerator, denominator, value, status"
        f" from {way.table('electronic_certification_share')}"
    ).fetchall()
    assert len(rows) == (1 + len(set(region.values())) + len(region)) * 5
    fewer = 0
    for level, place, end, numerator, denominator, value, status in rows:
        certified = cells["certificates"][level, place, "week", end, "all", "all", "all", "all"]
        all_of = registry[level, place, end]
        assert numerator == certified
        if all_of < certified:
            fewer += 1
            assert (denominator, value, status) == (None, None, "not_applicable")
        else:
            assert denominator == all_of
            assert value == (pytest.approx(100 * certified / all_of) if all_of else None)
    assert 0 < fewer < len(rows) / 2
    record_property("proof", f"electronic_certification_share: {len(rows)} cells computed a second time, all equal")
