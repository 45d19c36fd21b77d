"""Signals: how often they are told of nothing, what they are told of, and that they hold nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import duckdb
import holidays
import pytest
from received import Received, sent
from rendered_models import REPOSITORY, Models, Project, parsed_home

from orchestration.home import Home
from orchestration.simulator import FEEDS
from orchestration.status import describe, read_signals, read_status
from orchestration.warehouse.project import manifest_path

FIRST, LAST = dt.date(2021, 9, 27), dt.date(2021, 11, 30)


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Received:
    """Nine weeks of care homes and house calls in which nothing went wrong."""
    sizes = {"survesms": 4_000, "sos_medecins": 8_000}
    return Received(sent(Home(tmp_path_factory.mktemp("signals")), sizes, FIRST, LAST, seed=3), sizes)


def manifest() -> dict:
    """The manifest of the project, as the session has parsed it."""
    return json.loads(manifest_path(parsed_home()).read_text(encoding="utf-8"))


def test_public_holidays_are_those_of_the_library() -> None:
    """Each day and its name, as long as the seed goes."""
    path = REPOSITORY / "seeds" / "calendar" / "public_holidays.csv"
    seed = duckdb.execute(f"select day, name_fr from read_csv('{path}', types = {{'day': 'date'}})").fetchall()
    years = range(min(day.year for day, _ in seed), max(day.year for day, _ in seed) + 1)
    assert dict(seed) == dict(holidays.country_holidays("FR", years=years, language="fr"))
    assert {2020, 2030} <= set(years)


def test_no_output_and_no_check_reads_a_signal() -> None:
    """So that none can hold a figure, and no sender is published."""
    nodes = manifest()["nodes"]
    signals = {i for i, node in nodes.items() if "/signals/" in node["original_file_path"]}
    assert len(signals) >= 13
    readers = {i: node for i, node in nodes.items() if signals & set(node["depends_on"].get("nodes", []))}
    assert set(readers) <= signals
    assert not [i for i in signals if (nodes[i]["config"].get("meta") or {}).get("vigie")]


def test_what_is_watched_rests_on_what_was_received_alone() -> None:
    """A theme that cannot be counted is watched all the same: no table of signals reads what a theme has counted."""
    nodes = manifest()["nodes"]
    tables = [node for i, node in nodes.items() if node["name"].startswith("int_signals__")]
    read = {parent for node in tables for parent in node["depends_on"]["nodes"]}
    counted = [each for each in read if "int_" in each and "int_signals__" not in each]
    assert counted == [] and len(read) > 30


def test_only_the_last_day_is_told_and_what_is_silent(weeks: Received) -> None:
    """A day of each feed, and of a feed that has fallen silent, today."""
    last = LAST - dt.timedelta(1)
    tables = ("survesms", "survesms_deliveries")
    silent = [f"delete from lake.{table} where received_on >= '{last}'" for table in tables]
    lost = f"delete from lake.sos_medecins where received_on = '{last}'"
    with weeks.changed(*silent, lost):
        told = weeks.today()
        assert ("silence", "survesms", None, LAST) in {row[:4] for row in told}
        assert {row[3] for row in told} == {LAST}


def test_nothing_is_told_before_enough_is_known(weeks: Received) -> None:
    """Of a feed of four weeks a sudden zero is no signal; an old file sent again is one at once."""
    young = f"delete from lake.survesms where received_on < '{LAST - dt.timedelta(27)}'"
    ledger = f"delete from lake.survesms_deliveries where received_on < '{LAST - dt.timedelta(27)}'"
    zero = f"delete from lake.survesms where received_on = '{LAST - dt.timedelta(1)}'"
    again = f"update lake.survesms_deliveries set sha256 = 'same' where received_on >= '{LAST - dt.timedelta(2)}'"
    with weeks.changed(zero) as signals:
        assert [each.signal for each in signals if each.feed == "survesms" and each.signal == "silence"]
    with weeks.changed(young, ledger, zero, again) as signals:
        assert {each.signal for each in signals if each.feed == "survesms"} == {"same_content"}


@pytest.mark.parametrize(
    ("added", "told"), [(20, False), (80, True), (-5, False), (-20, True)], ids=["a little", "much", "back", "away"]
)
def test_a_revision_outside_the_usual_band_is_told(weeks: Received, added: int, told: bool) -> None:
    """Two runs: 1,000 cases stood, and the second adds or takes away."""
    day = LAST - dt.timedelta(14)
    batches, changes = weeks.models.relation("counted_batches"), weeks.models.relation("counted_changes")
    with weeks.changed(
        f"insert into {batches} values ('survesms', 1, 1), ('survesms', 2, 2)",
        f"insert into {changes} values ('survesms', 1, 'cases', '{day}', 1000)",
        f"insert into {changes} values ('survesms', 2, 'cases', '{day}', {added})",
    ) as signals:
        found = [each for each in signals if each.signal == "revisions"]
    expected = [("survesms", 1000 + added, LAST)] if told else []
    assert [(each.feed, each.observed, each.day) for each in found] == expected


def test_the_status_reads_the_signals_of_the_warehouse(tmp_path: Path) -> None:
    """The worst first, and none where nothing was built."""
    home = Home(tmp_path / "home")
    assert read_signals(home) == []
    home.database.parent.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as warehouse:
        warehouse.execute(
            "create schema vigie_signals; create view vigie_signals.signals as"
            " select 'volume' as signal, 'sidep' as feed, 'LAB1' as sender, date '2021-03-01' as day, 3 as observed,"
            " 'rows' as measure, 40 as expected, 9.1 as score, 6 as threshold, 'medium' as severity"
        )
    assert [(each["signal"], each["sender"], float(each["score"])) for each in read_signals(home)] == [
        ("volume", "LAB1", 9.1)
    ]
    assert "Signal     sidep, LAB1, 2021-03-01: volume of rows, 3 where 40 was expected" in describe(read_status(home))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({}, "no facts say the day of a record"),
        ({"day": "acted_on", "often": 1}, "often"),
        ({"day": "acted_on", "shares": {"coded": {"among": "true"}}}, "of"),
        ({"day": "acted_on", "alike": {"columns": ["sex"]}}, "where"),
    ],
    ids=["no day", "unknown key", "a share of nothing", "alike among all"],
)
def test_what_cannot_be_watched_is_an_error_that_names_the_key(declared: dict, said: str) -> None:
    """As the other keys of a theme."""
    models = Models(Project.read(), duckdb.connect(), "memory", lambda *_: "")
    code = f"{{% do check_watched({{'watched': {declared}}}) %}}select 1"
    models.project.nodes["int_signals__days"] = {**models.project.nodes["int_signals__days"], "raw_code": code}
    with pytest.raises(AssertionError, match=said):
        models.run(["int_signals__days"])


SIZES = {
    "sidep": 900_000, "sivic": 160_000, "oscour": 250_000, "sos_medecins": 120_000, "vacsi": 250_000,
    "insee_deces": 60_000, "cepidc": 40_000, "survesms": 20_000, "contact_covid": 90_000, "coviprev": 26_000,
    "monic": 14_000, "sentinelles": 20_000, "vaccine_logistics": 20_000, "emergen": 60_000, "rea_sentinelle": 20_000,
    "sumeau": 2_400, "seroprev": 30_000, "analyse_risque": 11_000, "monde": 14_000, "reserve_sanitaire": 12_000,
    "soignants_infectes": 18_000,
}  # fmt: skip


def test_every_feed_that_is_simulated_is_watched_for_two_years() -> None:
    """So that a new one is not forgotten. Outlines tell of nothing that happens."""
    assert set(SIZES) == set(FEEDS) - {"contours"}


@pytest.mark.long
@pytest.mark.parametrize("feed", SIZES)
def test_two_years_without_an_incident_give_at_most_one_signal_a_month(feed: str, tmp_path, record_property) -> None:
    """Every day as it would have been told, in one build; on the last one the simulator sends what would come later."""
    first, last = dt.date(2021, 1, 4), dt.date(2023, 1, 8)
    home = sent(Home(tmp_path), {feed: SIZES[feed]}, first, last, seed=11)
    settings = Received.settings() | {"history_days": 10_000}
    told = [each for each in Received(home, [feed], signals=settings).signals() if each.day < last]
    months = (last - first).days / 30.4
    assert len(told) <= months, Counter((each.signal, each.measure, each.sender is None) for each in told)
    record_property("proof", f"signals of {feed}: {len(told)} in {months:.0f} months without an incident")
