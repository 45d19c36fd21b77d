"""The producers of figures as reported keep their promise, and every cell of the indicators is computed a second time.

Five weeks with every disturbance, taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest
from brute_force_reports import INDICATORS, RESERVE, RISK, STAFF, WORLD, Feed, by_week, to_date
from producers import assert_rejected_as_told, kept
from rendered_models import REPOSITORY, Project
from test_as_of import Rendered

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2020, 8, 31), dt.date(2020, 10, 8)
OFTEN = {
    "late": 0.2, "correction": 0.2, "out_of_order": 0.3, "resend": 0.05, "file_twice": 0.2, "bad_row": 0.3,
}  # fmt: skip
OFTEN_DELETED = OFTEN | {"deletion": 0.05}
FEEDS = [
    (RISK, OFTEN, 520), (RESERVE, OFTEN_DELETED, 700), (STAFF, OFTEN_DELETED, 1_000),
    (WORLD, OFTEN_DELETED | {"taken_back": 0.05}, 800),
]  # fmt: skip
OF = {feed.name: [name for name, (of, _) in INDICATORS.items() if of is feed] for feed, *_ in FEEDS}


@pytest.fixture(scope="module", params=FEEDS, ids=[feed.name for feed, *_ in FEEDS])
def way(tmp_path_factory, request) -> tuple[Feed, Rendered]:
    """A feed, and runs on what was delivered of it."""
    feed, rates, size = request.param
    home = Home(tmp_path_factory.mktemp(feed.name) / "home")
    simulate(home, feed.name, "builtin", START, END, 5, rates, size=size)
    names = OF[feed.name]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    for day in (START + dt.timedelta(days=24), END):
        runs.run(day)
    return feed, runs


@pytest.fixture(scope="module")
def regions() -> dict[str, str]:
    """The région of each département."""
    with (REPOSITORY / "seeds" / "referential" / "departements.csv").open(encoding="utf-8") as lines:
        return {row["dep"]: row["reg"] for row in csv.DictReader(lines)}


def test_brute_force_finds_the_truth(way):
    feed, runs = way
    figure = INDICATORS[OF[feed.name][0]][1]
    found: Counter = Counter()
    for row in feed.current(runs.home.root):
        for stratum, count in figure(row).items():
            found[row[feed.day], row[feed.place], stratum] += count
    truth: Counter = Counter()
    for told in kept(runs.home.root, feed.name, "counts").to_dict("records"):
        day, place, figures = (str(value)[:10] for value in list(told.values())[:3])
        if feed is RISK:
            [level] = figure({"vulnerabilite": "" if figures in ("None", "nan") else figures})
            truth[day, place, level] += 1
        else:
            truth[day, place, "all"] += 0 if figures == "nan" else int(float(figures))
    assert {cell: count for cell, count in found.items() if count} == {cell: n for cell, n in truth.items() if n}
    assert len(truth) > 100


def test_every_disturbance_happens(way):
    feed, runs = way
    told = kept(runs.home.root, feed.name, "disturbances")
    assert set(told.kind) == {"late", "correction", "resend", "file_twice", "bad_row"} | (
        set() if feed is RISK else {"deletion"}
    )
    shapes = {
        RISK: {"level", "zone"}, RESERVE: {"reservists", "day", "place"}, STAFF: {"infected", "week", "place"},
        WORLD: {"cases", "deaths", "day"},
    }  # fmt: skip
    assert set(told[told.kind == "correction"].detail) == shapes[feed]


def test_bad_rows_break_the_rule_that_is_said(way):
    feed, runs = way
    assert_rejected_as_told(runs.home.root, feed.name, END, 12)


def test_there_is_no_official_truth(tmp_path):
    with pytest.raises(VigieError, match="can only be builtin"):
        simulate(Home(tmp_path), "analyse_risque", tmp_path, START, END, 1)


def test_every_cell_of_the_indicators(way, regions, record_property):
    """What is not reported is zero; the total of the strata is that of what was told."""
    feed, runs = way
    known = regions if feed is RISK else {reg: reg for reg in regions.values()}
    for name in OF[feed.name]:
        rows = runs.connection.execute(
            f"select geo_level, geo_code, period_end::varchar, stratum, value, period from {runs.table(name)}"
        ).fetchall()
        found = {row[:4]: row[4] for row in rows}
        days = sorted({row[2] for row in rows})
        expected = feed.counted(runs.home.root, INDICATORS[name][1], known)
        if name == "reserve_person_days":
            expected = Counter({cell: count for cell, count in by_week(expected).items() if cell[2] in days})
        if name.endswith("_to_date"):
            expected = to_date(expected, days)
        assert len(found) == len(rows)
        assert {row[5] for row in rows} == {"week" if feed.weekly or name == "reserve_person_days" else "day"}
        assert found.keys() >= {cell for cell, count in expected.items() if count}
        assert {cell: expected[cell] for cell in found} == found, name
        places = {cell[:2] for cell in found}
        assert len(found) == len(places) * len(days) * len({cell[3] for cell in found})
        record_property("proof", f"{name}: {len(found):,} cells computed a second time")
