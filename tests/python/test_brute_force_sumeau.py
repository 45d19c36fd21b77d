"""Every cell of the indicators of waste water, computed a second time from the delivered files, which several runs of
the models' own SQL take in (see `rendered_models`); and the promise of their producer."""

from __future__ import annotations

import datetime as dt

import pytest
from brute_force_sumeau import COLUMNS, TOLD, change, current, keeps_the_contract, name, plants, ratio, rows
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from test_as_of import Rendered

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2020, 12, 14), dt.date(2021, 2, 20)
OFTEN = {
    "correction": 0.2, "deletion": 0.05, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.05,
    "missed": 0.2, "sampled_twice": 0.2, "not_quantified": 0.2, "unknown_place": 0.1,
}  # fmt: skip
STRATA = ["all", *(plant.lower() for plant in TOLD), "unknown"]
#: Whole weeks: the last one is not over.
WEEKS = 9


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("sumeau") / "home")
    simulate(home, "sumeau", "builtin", START, END, 5, OFTEN, size=250)
    names = ["wastewater_viral_ratio", "wastewater_weekly_change", "sumeau_indicateurs"]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    for day in (START + dt.timedelta(days=25), START + dt.timedelta(days=40), END):
        runs.run(day)
    return runs


def test_every_cell(way, record_property):
    found, cells, given = plants(current(way.home.root)), 0, 0
    for indicator, expected in (("wastewater_viral_ratio", ratio), ("wastewater_weekly_change", change)):
        told = way.connection.execute(
            "select period_end, stratum_scheme, stratum, denominator, value, ci_low, status"
            f" from {way.table(indicator)} where period = 'week' and period_start = period_end - 6 and geo_code = 'FR'"
        ).fetchall()
        assert len(told) == WEEKS * len(STRATA) and {row[2] for row in told} == set(STRATA)
        for day, scheme, stratum, number, value, low, status in told:
            count, figure = expected(found, day, stratum)
            assert (scheme == "all") == (stratum == "all") and number == count and low is None, (
                indicator,
                day,
                stratum,
            )
            assert (value is None) == (figure is None) == (status == "not_applicable"), (indicator, day, stratum)
            # Ratios are held to four decimals; here the least are about 20.
            assert value is None or value == pytest.approx(figure, rel=1e-5, abs=1e-3), (indicator, day, stratum)
            given += value is not None
        cells += len(told)
    assert given > 150 and any(len(set(week) - set(TOLD)) > 2 for week in found.values())
    record_property("proof", f"waste water: {cells} cells computed a second time, {given} with a value")


def test_the_file_in_the_official_layout(way):
    found = plants(current(way.home.root))
    rows = way.connection.execute(f"from {way.table('sumeau_indicateurs')}").fetchall()
    assert len(rows) == WEEKS
    for week, *figures in rows:
        day = dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 7)
        expected = [ratio(found, day, stratum)[1] for stratum in (*(plant.lower() for plant in TOLD), "all")]
        told = [figure and float(figure.replace(",", ".")) for figure in figures]
        assert week[4:6] == "-S" and told == [figure and pytest.approx(figure, abs=0.0051) for figure in expected]
        assert all("," in figure for figure in figures if figure)


def test_brute_force_finds_the_truth_of_the_network(way):
    analyses = kept(way.home.root, "sumeau", "analyses")
    truth = sorted(
        (station, str(week)[:10], population, load, bool(quantified), float(nitrogen))
        for station, week, population, load, quantified, nitrogen in analyses.itertuples(index=False)
    )
    found = []
    for analysis in current(way.home.root):
        told = dict(zip(COLUMNS, analysis.values(), strict=True))
        day = dt.date.fromisoformat(told["date_prelevement"])
        found.append(
            (
                name(told["station"]), str(day + dt.timedelta(days=7 - day.isoweekday())),
                int(told["population_raccordee"]), int(told["charge_virale"]), told["remarque"] == "1",
                float(told["azote_ammoniacal"]),
            )
        )  # fmt: skip
    assert sorted(found) == truth and len(truth) > 150


def test_every_disturbance_happens(way):
    told = kept(way.home.root, "sumeau", "disturbances")
    assert set(told.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(told[told.kind == "correction"].detail) == {"load", "nitrogen", "population", "plant", "day"}
    delivered = [row for on, row in rows(way.home.root) if keeps_the_contract(on, row)]
    assert {"Orléans", "ORLÉANS", "ORLEANS", "Station 12", "Station-12"} <= {row[4] for row in delivered}
    assert {row[9] for row in delivered} == {"1", "10"} and "" in {row[5] for row in delivered}


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "sumeau", "builtin", START, END, 5, OFTEN | {"bad_row": 0.5}, size=600)
    assert_rejected_as_told(tmp_path, "sumeau", END, 17)


def test_without_disturbance_one_row_is_one_analysis(tmp_path):
    none = dict.fromkeys(FEEDS["sumeau"].rates, 0.0)
    made = simulate(Home(tmp_path), "sumeau", "builtin", START, END, 5, none, size=100)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    with pytest.raises(VigieError, match="builtin alone"):
        simulate(Home(tmp_path / "other"), "sumeau", tmp_path, START, END, 1)
