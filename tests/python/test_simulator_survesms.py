"""The producer of SurvESMS keeps its promise: what is counted by brute force in the files that it wrote are the counts
that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from brute_force_survesms import COUNTS, current, episodes, keeps_the_contract, rows, things
from producers import assert_rejected_as_told, kept
from test_brute_force_survesms import END, OFTEN, START

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate


@pytest.fixture(scope="module")
def winter(tmp_path_factory) -> Path:
    """Six weeks of a small epidemic in care homes with many disturbances."""
    home = tmp_path_factory.mktemp("survesms")
    simulate(Home(home), "survesms", "builtin", START, END, 5, OFTEN, size=4_000)
    return home


def test_brute_force_finds_the_truth_of_the_winter(winter):
    told = kept(winter, "survesms", "counts").melt(["day", "dep", "establishment_kind"], var_name="what")
    expected = Counter(
        {(what, str(day)[:10], *of): number for day, *of, what, number in told.itertuples(index=False) if number}
    )
    found: Counter = Counter()
    for what, *cell, number in things(winter):
        if what in ("episodes", *COUNTS.values()):
            found[what, *cell] += number
    assert {cell: number for cell, number in found.items() if number} == expected
    assert min(expected.values()) < 0 and {cell[0] for cell in expected} == {"episodes", *COUNTS.values()}


def test_every_disturbance_happens(winter):
    told = kept(winter, "survesms", "disturbances")
    assert set(told.kind) == {
        "twice", "blank", "late", "correction", "deletion", "resend", "file_twice", "bad_row",
    }  # fmt: skip
    shapes = {"count", "stage", "day", "signs", "kind", "place", "establishment"}
    assert set(told[told.kind == "correction"].detail) == shapes
    found = [reports for _, reports in episodes(winter)]
    stages = [[report["etape"] for report in reports] for reports in found]
    # An episode that is opened again, one that is never closed, and one of which nothing is known but the end.
    assert any("CLOTURE" in each[:-1] and each[-1] != "CLOTURE" for each in stages)
    assert any(len(each) > 4 and "CLOTURE" not in each for each in stages)
    assert sum(len({report["id_signalement"] for report in reports}) == 2 for reports in found) > 20
    homes = Counter(reports[0]["id_etablissement"] for reports in found)
    assert max(homes.values()) == 2
    order = [(row[3], on, row[8]) for on, row in rows(winter) if keeps_the_contract(on, row) and row[2] == "new"]
    last: dict[str, str] = {}
    behind = 0
    for episode, _, at in sorted(order, key=lambda row: row[1]):
        behind += at < last.get(episode, "")
        last[episode] = max(at, last.get(episode, ""))
    assert behind > 50, "reports that arrive after a later one of their episode"
    assert max(on for _, on, _ in order) <= END


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home, until = Home(tmp_path), START + dt.timedelta(days=13)
    simulate(home, "survesms", "builtin", START, until, 5, OFTEN | {"bad_row": 0.3}, size=3_000)
    assert_rejected_as_told(tmp_path, "survesms", until, 21)


def test_without_disturbance_one_row_is_one_report(tmp_path):
    none = dict.fromkeys(FEEDS["survesms"].rates, 0.0)
    made = simulate(Home(tmp_path), "survesms", "builtin", START, END, 5, none, size=2_000)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    assert kept(tmp_path, "survesms", "disturbances").empty


SERIES = (
    "date,tx_pos,esms_dc,esms_cas\n2021-02-09,1,700,\n2021-02-10,1,,4000\n2021-02-11,1,650,\n2021-02-12,1,710,4100\n"
)
FIRST, LAST = dt.date(2021, 2, 9), dt.date(2021, 2, 12)


def test_a_series_that_falls_is_given_back_by_reports_that_take_back(tmp_path):
    (tmp_path / "series.csv").write_text(SERIES)
    simulate(Home(tmp_path), "survesms", tmp_path / "series.csv", FIRST, LAST, 1)
    added: Counter = Counter()
    for what, day, *_, number in things(tmp_path):
        added[what, day] += number
    assert [added["deaths_home", f"2021-02-{day}"] for day in ("09", "10", "11", "12")] == [700, 0, -50, 60]
    assert [added["residents_confirmed", f"2021-02-{day}"] for day in ("09", "10", "11", "12")] == [0, 4000, 0, 100]
    assert added["deaths_home_taken_back", "2021-02-11"] == 50


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("esms_dc", "esms_deces", "holds no series of care homes"),
        ("2021-02-09,1,700", "2021-02-09,1,-1", "the row of 2021-02-09 holds no count"),
        ("4000", "beaucoup", "the row of 2021-02-10 holds no count"),
        ("2021-02-09", "9 février", "the row of None holds no count"),
        ("700,\n2021-02-10,1,,4000\n2021-02-11,1,650,\n2021-02-12,1,710,4100", "0,", "tells of no death"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, old, new, message):
    assert old in SERIES
    (tmp_path / "series.csv").write_text(SERIES.replace(old, new))
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "survesms", tmp_path / "series.csv", FIRST, LAST, 1)
    assert not (tmp_path / "landing").exists()
