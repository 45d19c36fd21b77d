"""The register of incidents: one cause is one incident, what is gone ends by itself, what is done is known."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Iterable

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from orchestration import cli
from orchestration.assets.incidents import incident_assets, told_of_failure
from orchestration.assets.release import RELEASE
from orchestration.assets.upkeep import UPKEEP
from orchestration.errors import VigieError
from orchestration.gate import reason
from orchestration.gate.definitions import Node
from orchestration.gate.fingerprints import Graph
from orchestration.home import Home
from orchestration.incidents import gathering, watch
from orchestration.incidents.events import events_file, officer, query
from orchestration.incidents.findings import Finding, gathered
from orchestration.incidents.gathering import gather, overdue
from orchestration.incidents.register import (
    acknowledge,
    close,
    mark,
    prepare_register,
    read_register,
    take_in,
)
from orchestration.journal import Journal, journals
from orchestration.landing.ledger import LedgerEntry, as_table
from orchestration.release import archive
from orchestration.run import Run

DAY = dt.date(2021, 1, 5)
KINDS = ("held", "refused")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return Home(tmp_path)


def finding(key: str = "held check_failed cube_adds_up", **more) -> Finding:
    return Finding(**{"key": key, "kind": "held", "severity": "medium", "rule": "cube_adds_up", **more})


def found(home: Home, *findings: Finding, day: int = 0, release: str | None = None, kinds: Iterable[str] = KINDS):
    """What a run of so many days after the first one finds."""
    return take_in(home, gathered(findings, kinds), DAY + dt.timedelta(day), release)


# ------------------------------------------------------------------ the register


def test_what_is_found_again_is_the_same_incident_and_knows_what_was_published_meanwhile(home):
    assert found(home, finding(), release="2021-01-04").opened == (1,)
    assert found(home, finding(), day=1, release="2021-01-06").opened == ()
    assert found(home, finding(outputs=("a", "b")), day=2, release="2021-01-06").opened == ()
    [incident] = read_register(home)
    assert (incident["incident"], incident["state"], incident["outputs"]) == (1, "open", ["a", "b"])
    assert (incident["first_seen"], incident["last_seen"]) == (DAY, DAY + dt.timedelta(2))
    assert incident["releases"] == ["2021-01-04", "2021-01-06"]


def test_what_is_gone_ends_by_itself_and_what_comes_back_is_another_incident(home):
    found(home, finding(), finding("refused sidep/a.csv", kind="refused"), release="2021-01-05")
    assert found(home, finding(), day=1, release="2021-01-06").closed == (2,)
    ended = read_register(home, everything=True)[1]
    assert (ended["closed_by"], ended["last_seen"], ended["releases"]) == ("vigie", DAY, ["2021-01-05"])
    assert found(home, finding(), finding("refused sidep/a.csv", kind="refused"), day=2).opened == (3,)
    assert [each["incident"] for each in read_register(home)] == [1, 3]


def test_what_was_not_looked_for_does_not_end(home):
    late = finding("late sidep", kind="late")
    found(home, late, kinds=[*KINDS, "late"])
    assert found(home, day=1).closed == ()
    assert found(home, day=2, kinds=[*KINDS, "late"]).closed == (1,)


def test_what_was_closed_by_hand_stays_closed_until_it_weighs_more_or_comes_back(home):
    found(home, finding())
    close(home, 1, "known, harmless", DAY)
    [closed] = read_register(home, everything=True)
    assert (closed["closed_by"], closed["closed_why"]) == (officer(), "known, harmless")
    assert found(home, finding(), day=1).opened == ()
    assert found(home, finding(severity="high"), day=2).opened == (2,)
    close(home, 2, "known too", DAY)
    found(home, day=3)
    assert found(home, finding(severity="high"), day=4).opened == (3,)


def test_one_that_weighs_more_is_told_as_risen(home):
    found(home, finding())
    assert found(home, finding(severity="low"), day=1).risen == ()
    assert found(home, finding(severity="high"), day=2).risen == (1,)
    assert read_register(home)[0]["severity"] == "high"


def test_who_takes_charge_and_why_is_kept(home):
    found(home, finding())
    acknowledge(home, 1, " called the laboratory ", DAY)
    [incident] = read_register(home)
    assert incident["state"] == "acknowledged" and incident["acknowledged_at"]
    assert (incident["acknowledged_by"], incident["acknowledged_why"]) == (officer(), "called the laboratory")


@pytest.mark.parametrize("do", [acknowledge, close])
def test_nothing_is_done_without_a_reason_nor_to_what_is_not_there(home, do):
    found(home, finding())
    with pytest.raises(VigieError, match="--why"):
        do(home, 1, " ", DAY)
    with pytest.raises(VigieError, match="no incident 7"):
        do(home, 7, "because", DAY)
    close(home, 1, "done", DAY)
    with pytest.raises(VigieError, match="has ended: done"):
        do(home, 1, "because", DAY)


def test_days_declared_by_hand_hold_whatever_is_found(home):
    found(home, finding(feed="sidep", since=DAY, until=DAY))
    first, last = DAY - dt.timedelta(3), DAY - dt.timedelta(1)
    with pytest.raises(VigieError, match="cannot end"):
        mark(home, 1, last, first, "the strike", DAY)
    mark(home, 1, first, last, "the strike", DAY)
    found(home, finding(feed="sidep", since=DAY, until=DAY + dt.timedelta(1), severity="high"), day=1)
    [incident] = read_register(home)
    assert (incident["since"], incident["until"], incident["is_marked"]) == (first, last, True)
    found(home, finding("upkeep sealed", kind="refused"), finding(feed="sidep"), day=2)
    with pytest.raises(VigieError, match="touches no feed and no output"):
        mark(home, 2, first, last, "the strike", DAY)


def test_events_are_added_and_what_a_kill_left_unfinished_goes(home):
    found(home, finding())
    path = events_file(home)
    before = path.read_bytes()
    path.write_bytes(before + b'{"number": 3, "event": "clo')
    acknowledge(home, 1, "seen", DAY)
    assert path.read_bytes().startswith(before)
    numbers = [each["number"] for each in query(home, "select number from events order by number")]
    assert numbers == list(range(1, len(numbers) + 1)) and read_register(home)[0]["state"] == "acknowledged"


def test_a_line_that_is_no_event_is_told_with_its_number(home):
    found(home, finding())
    lines = events_file(home).read_text().splitlines()
    events_file(home).write_text("\n".join([lines[0], "SECRET", *lines[1:]]) + "\n")
    with pytest.raises(VigieError, match=r"events\.jsonl, line 2") as refused:
        read_register(home)
    assert "SECRET" not in str(refused.value)


def test_the_register_is_its_user_s_alone(home):
    found(home, finding())
    home.keep_private()
    assert stat.S_IMODE(home.incidents.stat().st_mode) == 0o700
    assert stat.S_IMODE(events_file(home).stat().st_mode) == 0o600


def test_the_table_that_the_warehouse_reads_is_the_register(home):
    prepare_register(home)
    table = f"from read_parquet('{home.incidents / 'incidents.parquet'}')"
    assert duckdb.sql(f"select count(*) {table}").fetchall() == [(0,)]
    found(home, finding(outputs=("a",)))
    prepare_register(home)
    close(home, 1, "done", DAY)
    assert duckdb.sql(f"select incident, state, outputs {table}").fetchall() == [(1, "closed", ["a"])]


# ------------------------------------------------------------------ findings from what stands


def node(name: str, *parents: str, kind: str = "view", **more) -> Node:
    ids = tuple(f"{'source' if each.count('.') else 'model'}.v.{each}" for each in parents)
    return Node(f"model.v.{name}", kind, name, ids, relation=f"s.{name}", **more)


def check(name: str, tested: str) -> Node:
    model = f"model.v.{tested}"
    return Node(f"test.v.{name}.0", "test", name, (model,), severity="error", tested=(model,))


GRAPH = Graph(
    {
        each.unique_id: each
        for each in [
            Node("source.v.tests.tests", "source", "tests", feed="tests"),
            Node("source.v.stays.stays", "source", "stays", feed="stays"),
            node("cube", "tests.tests", kind="incremental"),
            node("account", "cube", kind="table", account_of="tests"),
            node("other_cube", "stays.stays", kind="incremental"),
            *(node(f"rate_{n}", "cube", group="") for n in range(80)),
            node("stays_rate", "other_cube", group="stays"),
            node("stays_table", "other_cube", "rate_0", group="stays"),
            check("cube_adds_up", "cube"),
            check("rate_is_sound", "rate_7"),
            check("stays_are_sound", "stays_rate"),
            check("account_is_sound", "account"),
        ]
    }
)


def held(output: str, *reasons) -> dict:
    facts = [vars(each) for each in reasons]
    return {"output": output.replace("_", "-"), "model": output, "status": "held", "datasets": [], "reasons": facts}


def released(home: Home, *standing: dict, checks: Iterable[dict] = (), release_id: str = "2021-01-05") -> None:
    """What the home keeps of a release."""
    (home.releases / release_id).mkdir(parents=True)
    archive.keep(home, release_id, {"standing": standing, "checks": list(checks)})


def test_one_cause_that_holds_eighty_outputs_is_one_incident(home):
    cause = reason("check_failed", "cube_adds_up", "3 rows")
    below = reason("check_failed", "rate_is_sound", "1 row")
    account = reason("account", "tests", "1 row")
    outputs = [held(f"rate_{n}", *([cause, below] if n == 7 else [cause]), account) for n in range(80)]
    released(home, *outputs, held("stays_table", reason("group", "rate_7")))
    look = gather(home, DAY, graph=GRAPH)
    [incident] = look.findings
    assert (incident.key, incident.feed, incident.severity) == ("held check_failed cube_adds_up", "tests", "high")
    assert len(incident.outputs) == 81 and "stays-table" in incident.outputs


def test_two_causes_are_two_incidents(home):
    released(
        home,
        held("rate_1", reason("check_failed", "cube_adds_up")),
        held("stays_rate", reason("check_failed", "stays_are_sound")),
    )
    assert {(each.rule, each.feed, each.outputs) for each in gather(home, DAY, graph=GRAPH).findings} == {
        ("cube_adds_up", "tests", ("rate-1",)),
        ("stays_are_sound", "stays", ("stays-rate",)),
    }


def test_what_waits_for_a_build_is_one_incident(home):
    way_out = "Run vigie build."
    released(
        home, held("rate_1", reason("stale", "cube", way_out)), held("stays_rate", reason("not_built", "x", way_out))
    )
    [incident] = gather(home, DAY, graph=GRAPH).findings
    assert (incident.outputs, incident.todo) == (("rate-1", "stays-rate"), "vigie run")


def test_the_release_made_last_is_asked_whatever_is_shown(home):
    released(home, held("rate_1", reason("check_failed", "cube_adds_up")), release_id="2021-01-05-9")
    released(home, release_id="2021-01-05-10")
    assert gather(home, DAY, graph=GRAPH).findings == ()


def test_a_check_that_only_tells_is_a_small_incident(home):
    told = {"name": "given_once", "passed": False, "blocking": False, "subject": "", "detail": "2", "description": ""}
    released(home, checks=[told, {**told, "name": "fine", "passed": True}])
    [incident] = gather(home, DAY, graph=GRAPH).findings
    assert (incident.key, incident.severity, incident.kind) == ("check given_once", "low", "check")


def ledger(home: Home) -> None:
    """A ledger of one file, which was refused."""
    entry = LedgerEntry(
        feed="sidep", file="2021-01-05/a.csv", received_on=DAY, bytes=1, mtime_ns=1, sha256="ab", contract_version=1,
        landed_at=dt.datetime(2021, 1, 5, 18), verdict="refused", reason="cut",
    )  # fmt: skip
    home.lake.mkdir(exist_ok=True)
    pq.write_table(as_table([entry]), home.lake / "ledger.parquet")


def test_a_refused_file_is_an_incident_with_the_way_out(home):
    ledger(home)
    [incident] = gather(home, DAY).findings
    assert (incident.kind, incident.feed, incident.todo) == (
        "refused",
        "sidep",
        "vigie land --again sidep/2021-01-05/a.csv",
    )


def test_signals_are_by_cause_and_there_may_be_none(home):
    home.warehouse.mkdir()
    with duckdb.connect(str(home.database)) as con:
        con.execute("create table other (a int)")
    assert gather(home, DAY).findings == () and "signal" in gather(home, DAY).kinds
    with duckdb.connect(str(home.database)) as con:
        con.execute(
            "create schema marts; create view marts.signals as select 'volume' as signal, 'sidep' as feed,"
            " sender, date '2021-01-01' + n::int as day, 10 as observed, 100 as expected, 5.0 + n as score,"
            " 'medium' as severity from (values ('LAB1'), ('LAB2')) s(sender), range(3) t(n)"
        )
    first, second = gather(home, DAY).findings
    assert first.key == "signal volume sidep LAB1" and second.key == "signal volume sidep LAB2"
    assert (first.since, first.until) == (dt.date(2021, 1, 1), dt.date(2021, 1, 3))


def test_late_feeds_come_from_who_knows_what_was_expected(home):
    assert "late" not in gather(home, DAY).kinds
    look = gather(home, DAY, late=[finding("late sidep", kind="late", feed="sidep")])
    assert [each.key for each in look.findings] == ["late sidep"] and "late" in look.kinds


def run_journal(home: Home, started: str, **facts) -> None:
    base = {"run_id": "0123456789", "started": f"{started}T18:30:00.000+00:00", "ended": None, "state": "failed"}
    Journal(home.runs).note(**base, **{"as_of": None, "steps": [], "error": None, **facts})


def test_what_upkeep_could_not_do_is_an_incident_until_it_can(home):
    run_journal(home, "2021-01-04", upkeep={"failed": ["erased: disk full", "sealed: no"], "waits": False})
    incidents = gather(home, DAY).findings
    assert {each.key: each.severity for each in incidents} == {"upkeep erased": "high", "upkeep sealed": "medium"}
    run_journal(home, "2021-01-05", upkeep={"failed": [], "waits": False})
    assert gather(home, DAY).findings == ()


def test_a_run_that_failed_is_an_incident_until_one_succeeds(home):
    run_journal(home, "2021-01-04", error="disk full", steps=[{"name": "Release", "error": "disk full"}])
    run_journal(home, "2021-01-05", error="a look back", as_of="2020-01-01")
    [incident] = gather(home, DAY).findings
    assert (incident.key, incident.detail, incident.severity) == ("run Release", "disk full", "high")
    run_journal(home, "2021-01-06")
    assert gather(home, DAY).findings == ()


# ------------------------------------------------------------------ the end of a run


@pytest.fixture
def without_project(monkeypatch) -> None:
    """The project is not parsed for its graph: each cause stands by itself."""
    monkeypatch.setattr(gathering, "_graph", lambda home: None)


def run_of(release=lambda: None, upkeep=lambda: None) -> dg.ExecuteInProcessResult:
    """The end of a daily job: a release, the upkeep, and the register."""

    @dg.asset(key=RELEASE)
    def releasing(run: Run) -> None:
        with run.step("Release"):
            release()

    @dg.asset(key=UPKEEP, deps=[RELEASE])
    def keeping(run: Run) -> None:
        with run.step("Upkeep", holds=False):
            upkeep()

    job = dg.define_asset_job("daily", hooks={told_of_failure})
    loaded = dg.Definitions(
        [releasing, keeping, incident_assets()], jobs=[job], resources={"run": Run()}, executor=dg.in_process_executor
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return loaded.resolve_job_def("daily").execute_in_process(instance=instance, raise_on_error=False)


def test_a_run_ends_with_the_register(home, without_project):
    ledger(home)
    assert run_of().success
    [journal] = journals(home)
    assert [step["name"] for step in journal["steps"]] == ["Release", "Upkeep", "Incidents"]
    assert journal["incidents"] == {"opened": 1, "risen": 0, "closed": 0, "standing": 1, "untold": 0}
    assert [each["kind"] for each in read_register(home)] == ["refused"]


@pytest.mark.parametrize("part", ["release", "upkeep"])
def test_what_failed_is_in_the_register_though_nothing_comes_after_it(home, without_project, part):
    def fails() -> None:
        raise VigieError("the disk is full")

    ledger(home)
    assert not run_of(**{part: fails}).success
    kinds = {each["kind"] for each in read_register(home)}
    assert kinds == ({"refused", "run"} if part == "release" else {"refused"})


def test_a_register_that_fails_holds_nothing(home, without_project, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise VigieError("the register cannot be read")

    monkeypatch.setattr(watch, "take_in", fails)
    assert not run_of().success
    [journal] = journals(home)
    assert (journal["state"], journal["error"]) == ("done in part", None)
    assert "cannot be read" in journal["steps"][-1]["error"]


# ------------------------------------------------------------------ the command line


def call(*arguments: str) -> str:
    done = CliRunner().invoke(cli.main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_the_officer_lists_acknowledges_and_closes(home):
    assert call("incidents") == "No incident.\n"
    found(home, finding(outputs=("a", "b", "c", "d"), todo="vigie check", detail="3 rows"), release="2021-01-05")
    listed = call("incidents")
    assert "1  medium  open" in listed and "touches 4 output(s): a, b, c and 1 more" in listed
    assert "next: vigie check" in listed and "3 rows" in listed
    call("incidents", "ack", "1", "--why", "called")
    [facts] = json.loads(call("incidents", "--json"))
    assert (facts["state"], facts["acknowledged_why"], facts["outputs"]) == ("acknowledged", "called", list("abcd"))
    call("incidents", "mark", "1", "--from", "2021-01-01", "--until", "2021-01-02", "--why", "a strike")
    assert "figures of 2021-01-01 to 2021-01-02, marked" in call("incidents")
    call("incidents", "close", "1", "--why", "mended")
    assert call("incidents") == "No incident.\n"
    assert f"closed by {officer()}: mended" in call("incidents", "--all")


def test_the_officer_may_look_between_runs(home, without_project):
    ledger(home)
    assert "vigie land --again sidep/2021-01-05/a.csv" in call("incidents", "--gather")


def test_a_feed_that_is_overdue_is_an_incident_until_it_comes(home):
    ledger(home)
    came = home.lake / "came.parquet"
    path = home.lake / "ledger.parquet"
    duckdb.execute(f"copy (select * replace ('accepted' as verdict) from '{path}') to '{came}' (format parquet)")
    came.replace(path)
    assert not overdue(home, DAY)
    [late] = overdue(home, DAY + dt.timedelta(2))
    assert (late.kind, late.feed, late.rule, late.severity) == ("late", "sidep", "feed_arrived", "high")
    assert "2021-01-06 16:30" in late.detail
