"""Every cell of the indicators of sequencing, computed a second time from the delivered files.

Ten weeks in which classes of variants begin, with every disturbance; taken in by several runs of the models' own SQL
(see `rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest
from brute_force_emergen import CLASSES, figures
from rendered_models import Project
from small_epidemic import SEEDS
from test_as_of import Rendered

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2022, 8, 15), dt.date(2022, 10, 30)
OFTEN = {
    "late": 0.2, "uninterpretable": 0.1, "unknown_place": 0.05, "unknown_day": 0.1, "correction": 0.15,
    "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.02,
}  # fmt: skip
with (SEEDS / "departements.csv").open(encoding="utf-8", newline="") as file:
    REGIONS = {row["reg"] for row in csv.DictReader(file)}
PLACES = [("FRA", "FR"), *(("REG", region) for region in sorted(REGIONS)), ("REG", "unknown")]
VARIANTS = [name for name, *_ in CLASSES]
#: As in the project, but fewer in France.
LEAST = {"survey": 400, "place": 20}


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered, tests of the last weeks among it."""
    home = Home(tmp_path_factory.mktemp("emergen") / "home")
    simulate(home, "emergen", "builtin", START, END, 5, OFTEN, size=7_000)
    simulate(home, "sidep", "builtin", END - dt.timedelta(days=34), END, 5, {}, size=8_000)
    names = ["variant_share", "interpretable_sequences", "sequenced_share"]
    runs = Rendered(home, Project.read(minimum_sequences=LEAST), names[0], names[1:])
    for day in (START + dt.timedelta(days=40), END):
        runs.run(day)
    return runs


@pytest.fixture(scope="module")
def brute(way) -> Counter:
    """The same by brute force."""
    found = figures(way.home.root, REGIONS)
    assert sum(found["FRA", "FR", end, "interpretable"] for end in weeks(found)) > 4_000
    assert {what for *_, what in found} >= {"omicron_ba5", "omicron_bq1", "omicron_ba2_75", "omicron_xbb", "other"}
    return found


def weeks(found: Counter) -> list[str]:
    """The last days of all surveys from the first to the last one."""
    ends = sorted({dt.date.fromisoformat(end) for _, _, end, _ in found})
    return [str(ends[0] + dt.timedelta(days=7 * n)) for n in range((ends[-1] - ends[0]).days // 7 + 1)]


def told(way: Rendered, name: str, columns: str) -> dict[tuple, tuple]:
    """The figures of an indicator by cell."""
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end::varchar, stratum, {columns} from {way.table(name)}"
        " where period = 'week' and period_start = period_end - 6 and sex = 'all' and age_scheme = 'all'"
    ).fetchall()
    return {row[:4]: row[4:] for row in rows}


def test_interpretable_sequences(way, brute, record_property):
    found = told(way, "interpretable_sequences", "value")
    cells = {(*place, end, "all") for place in PLACES for end in weeks(brute)}
    assert set(found) == cells
    assert all(found[cell] == (brute[(*cell[:3], "interpretable")],) for cell in cells)
    record_property("proof", f"interpretable_sequences: {len(cells):,} cells computed a second time")


def test_shares_of_variants(way, brute, record_property):
    """Of each variant, where the survey and the place have enough sequences; nothing at all where they have not."""
    found = told(way, "variant_share", "numerator, denominator, value, ci_low, ci_high, status")
    assert set(found) == {(*place, end, name) for place in PLACES for end in weeks(brute) for name in VARIANTS}
    seen = set()
    for (level, place, end, name), (*figures_told, status) in found.items():
        whole, part = brute[level, place, end, "interpretable"], brute[level, place, end, name]
        is_told = brute["FRA", "FR", end, "interpretable"] >= LEAST["survey"]
        seen.add((status == "suppressed", is_told))
        if whole < LEAST["place"] or not is_told:
            assert (figures_told, status) == ([None] * 5, "suppressed")
            continue
        numerator, denominator, value, low, high = figures_told
        assert (numerator, denominator, value) == (part, whole, 100 * part / whole) and status != "suppressed"
        assert low - 1e-9 <= value <= high + 1e-9
    # A survey of too few, a place of too few in one of enough, and shares.
    assert seen == {(True, False), (True, True), (False, True)}
    record_property("proof", f"variant_share: {len(found):,} cells computed a second time")


def test_the_sampling_fraction_is_of_the_positive_people_of_the_week(way, brute):
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end::varchar, cases from {way.table('int_testing__cube')}"
        " where period = 'week' and sex = 'all' and age_scheme = 'all'"
    ).fetchall()
    tests = {row[:3]: row[3] for row in rows}
    found = told(way, "sequenced_share", "numerator, denominator, value, status")
    assert {cell[:3] for cell in found} == {(*place, end) for place in PLACES for end in weeks(brute)}
    known = 0
    for (*cell, _), (sequences, cases, value, status) in found.items():
        assert (sequences, cases) == (brute[(*cell, "sequences")], tests.get(tuple(cell)))
        assert value == (100 * sequences / cases if cases else None)
        assert (status == "not_applicable") == (value is None)
        known += value is not None
    assert 20 < known < len(found)
