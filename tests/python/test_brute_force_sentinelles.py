"""Every cell of the indicators of sentinel GPs, computed a second time from the delivered files, which several runs of
the models' own SQL take in (see `rendered_models`); and the promise of their producer."""

from __future__ import annotations

import datetime as dt

import pytest
from brute_force_sentinelles import covid, current, incidence, keeps_the_contract, positivity, rows, samples, sums
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from test_as_of import Rendered

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2020, 12, 14), dt.date(2021, 2, 20)
OFTEN = {
    "late": 0.3, "correction": 0.2, "deletion": 0.05, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2,
    "bad_row": 0.03, "unknown_place": 0.05,
}  # fmt: skip
#: Invented; the smallest régions have none. On 1 January they change.
POPULATION = {region: 1e6 * (1 + n) for n, region in enumerate("11 24 27 28 32 44 52 53 75 76 84 93 94 01 02".split())}
NAMES = ["sentinel_ari_incidence", "sentinel_covid_incidence", "sentinel_positivity"]
REGIONS, WEEKS = 21, 9


def of(day: dt.date) -> dict[str, float]:
    """The population of a day."""
    return {
        region: people * (1 if day.year <= 2020 else 2 - n % 2) for n, (region, people) in enumerate(POPULATION.items())
    }


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("sentinelles") / "home")
    simulate(home, "sentinelles", "builtin", START, END, 5, OFTEN, size=1_500)
    runs = Rendered(home, Project.read(), NAMES[0], [*NAMES[1:], "inc_25_pay", "inc_25_rdd"])
    population = runs.table("int_referential__population")
    runs.connection.execute(f"alter table {population} alter population type double")
    for first, last in ((dt.date(1900, 1, 1), dt.date(2021, 1, 1)), (dt.date(2021, 1, 1), dt.date(9999, 12, 31))):
        runs.connection.executemany(
            f"insert into {population} by name select 'REG' as geo_level, ? as geo_code, 'all' as sex,"
            " 'all' as age_scheme, 'all' as age_class, ? as population, 'made up' as population_vintage,"
            " ?::date as valid_from, ?::date as valid_to",
            [(region, people, first, last) for region, people in of(first).items()],
        )
    for day in (START + dt.timedelta(days=25), START + dt.timedelta(days=40), END):
        runs.run(day)
    return runs


def told(way: Rendered, name: str) -> list[tuple]:
    """The rows of an indicator."""
    return way.connection.execute(
        f"select period_end, geo_code, numerator, denominator, value, ci_low, ci_high, status from {way.table(name)}"
        " where period = 'week' and period_start = period_end - 6"
    ).fetchall()


def test_every_cell(way, record_property):
    found, given = sums(way.home.root), 0
    for name in NAMES:
        cells = told(way, name)
        assert len(cells) == WEEKS * (1 + REGIONS + 1)
        for day, place, numerator, denominator, *figures, status in cells:
            week, people = found.get(day, {}), of(day)
            rated, (taken, positive) = incidence(week, place, people), samples(week, place)
            if name == "sentinel_ari_incidence":
                expected = rated and rated[1:4]
                known = people if place == "FR" else week
                patients = sum(
                    counts[1] for region, counts in week.items() if place in ("FR", region) and region in known
                )
                assert (numerator, denominator) == ((rated[0], patients) if rated else (None, None)), (day, place)
            elif name == "sentinel_positivity":
                expected = positivity(taken, positive)
                assert (numerator, denominator) == (positive, taken)
            else:
                expected = covid(rated, taken, positive)
            assert (status == "not_applicable") == (expected is None), (name, day, place)
            assert tuple(figures) == (pytest.approx(expected, rel=1e-9) if expected else (None,) * 3), (
                name,
                day,
                place,
            )
            given += expected is not None
    assert given > 200
    record_property(
        "proof", f"sentinel GPs: {len(NAMES) * len(cells)} cells computed a second time, {given} with a value"
    )


def test_the_files_of_the_network(way):
    found = sums(way.home.root)
    for file, level in (("inc_25_pay", ["FR"]), ("inc_25_rdd", list(POPULATION))):
        lines = way.connection.execute(f"from {way.table(file)}").fetchall()
        expected = {}
        for day, week in found.items():
            for place in level:
                if rated := incidence(week, place, of(day)):
                    people = sum(of(day)[region] for region in week if place in ("FR", region) and region in of(day))
                    by_rate = [round(rate) for rate in rated[1:4]]
                    expected[day, place] = [*(rate / 1e5 * people for rate in rated[1:4]), *by_rate]
        assert len(lines) >= len(expected) > 8
        for week, number, *figures, place, name in lines:
            day = dt.date.fromisocalendar(week // 100, week % 100, 7)
            if place in level:
                cases, rates = expected[day, place][:3], expected[day, place][3:]
                assert figures[:3] == pytest.approx(cases, abs=0.51) and figures[3:] == rates
            assert number == 25 and name


def test_brute_force_finds_the_truth_of_the_network(way):
    expected = {
        (day, reg): list(counts)
        for day, reg, *counts in kept(way.home.root, "sentinelles", "counts").itertuples(index=False)
    }
    assert {(day, reg): counts for day, week in sums(way.home.root).items() for reg, counts in week.items()} == expected


def test_every_disturbance_happens(way):
    kinds = kept(way.home.root, "sentinelles", "disturbances")
    assert set(kinds.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(kinds[kinds.kind == "correction"].detail) == {"cases", "patients", "samples", "region", "week"}
    delivered = [row for on, row in rows(way.home.root) if keeps_the_contract(on, row)]
    assert {0, 1, 2} <= {len(row[5]) for row in delivered} and {6, 8} == {len(row[4]) for row in delivered}


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "sentinelles", "builtin", START, END, 5, OFTEN | {"bad_row": 0.4}, size=1_500)
    assert_rejected_as_told(tmp_path, "sentinelles", END, 19)


def test_without_disturbance_one_row_is_one_report(tmp_path):
    made = simulate(
        Home(tmp_path),
        "sentinelles",
        "builtin",
        START,
        END,
        5,
        dict.fromkeys(FEEDS["sentinelles"].rates, 0.0),
        size=500,
    )
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    with pytest.raises(VigieError, match="builtin alone"):
        simulate(Home(tmp_path / "other"), "sentinelles", tmp_path, START, END, 1)
