"""The command line: what it refuses and how, its exit codes, its lock, what it says of a run."""

import datetime as dt
import json
import subprocess
import sys
import time
from types import SimpleNamespace

import click
import duckdb
import pytest
from click.testing import CliRunner, Result
from daily_runs import FIRST_DAY, altered_day, first_day, second_day

from orchestration import cli
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.journal import Journal, journals
from orchestration.status import describe, read_status, refuse_going_back, summary
from orchestration.storage import is_locked, locked

COMMANDS = ["simulate", "land", "build", "release", "run", "status", "incidents"]
STEPS = ["Preparing", "Landing", "Warehouse", "Gate", "Release", "Upkeep", "Incidents"]


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    return Home.from_env()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def journal(home: Home, **facts) -> Journal:
    """A journal as a run leaves it."""
    base = {"run_id": "0123456789", "started": "2021-01-02T18:30:00.000+00:00", "ended": None, "state": "running"}
    base |= {"pid": 1, "today": "2021-01-02", "as_of": None, "steps": [], "error": None}
    made = Journal(home.runs)
    made.note(**{**base, **facts})
    return made


def step(name: str, seconds: float, cpu_seconds: float = 1.0, peak_mib: int = 300) -> dict:
    """A step as it stands in a journal."""
    return {"name": name, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mib": peak_mib, "error": None}


# --------------------------------------------------------------------------------------------- help and refusals


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_help(command):
    done = call(*command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.output
    if not command:
        assert all(name in done.output for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["sing"], "No such command"),
        (["run", "--today", "yesterday"], "does not match"),
        (["simulate", "--until", "2021-01-01"], "--from"),
        (["simulate", "--from", "2021-01-01", "--until", "2021-01-02", "--rate", "late"], "NAME=X"),
        (["simulate", "--from", "2021-01-01", "--until", "2021-01-02", "--rate", "late=much"], "NAME=X"),
        (["simulate", "--from", "2021-01-01", "--until", "2021-01-02", "--size", "0"], "size"),
    ],
)
def test_wrong_usage_is_exit_code_2(home, arguments, word):
    done = call(*arguments)
    assert done.exit_code == 2
    assert word in done.output


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--feed", "no_such_feed"], "no_such_feed"),
        (["--truth", "/nowhere/counts.csv"], "/nowhere/counts.csv"),
        (["--rate", "no_such_rate=0.1"], "no_such_rate"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_exit_code_1(home, arguments, words):
    done = call("simulate", "--from", "2021-01-01", "--until", "2021-01-02", *arguments)
    assert done.exit_code == 1
    assert "\nvigie: " in done.output
    assert words in done.output
    assert "Traceback" not in done.output


def test_a_fault_of_ours_is_no_traceback_unless_asked(monkeypatch):
    @cli.main.command("fall")
    def fall() -> None:
        raise ZeroDivisionError("division by zero")

    try:
        done = call("fall")
        assert done.exit_code == 1
        assert "vigie --debug fall" in done.output and "Traceback" not in done.output
        assert isinstance(call("--debug", "fall").exception, ZeroDivisionError)
    finally:
        assert isinstance(cli.main, click.Group) and cli.main.commands.pop("fall")


@pytest.mark.parametrize(
    ("facts", "in_part"),
    [
        ({"landing": {"refused": []}, "gate": {"held": []}, "release": {"held": 0, "partial": 0}}, False),
        ({"landing": {"refused": [{"feed": "sidep", "file": "a", "reason": "empty"}]}}, True),
        ({"gate": {"held": ["cases"]}}, True),
        ({"release": {"held": 1, "partial": 0}}, True),
        ({"release": {"held": 0, "partial": 1}}, True),
    ],
)
def test_what_is_done_in_part(facts, in_part):
    assert cli.done_in_part(facts) == in_part


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("late", 0), ("partial", 3), ("held", 3)])
def test_a_dry_run_ends_as_the_release_would(home, monkeypatch, status, code):
    foretold = SimpleNamespace(standing=lambda asked: [status] if asked == status else [])
    monkeypatch.setattr("orchestration.assets.release.rehearsal", lambda *_: foretold)
    monkeypatch.setattr("orchestration.status.foretell", lambda _: "Would be")
    assert call("release", "--dry-run").exit_code == code


# ----------------------------------------------------------------------------------------------------- the lock


def test_a_second_writer_is_refused_with_the_name_of_the_first(home, monkeypatch):
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "0.2")
    held = "import sys; from orchestration.home import Home; from orchestration.storage import locked\n"
    held += "with locked(Home.from_env().lock, 'vigie run'): print('held', flush=True); sys.stdin.read()"
    first = subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout.readline() == "held\n"
        assert is_locked(home.lock)
        for command in ("land", "build", "release", "release --dry-run", "run", "check"):
            done = call(*command.split())
            assert done.exit_code == 1
            assert f"`vigie run` (process {first.pid})" in done.output
            assert "Wait for it to end" in done.output
    finally:
        first.kill()
        first.wait()
    assert not is_locked(home.lock)
    with locked(home.lock, "vigie land"):
        pass


def test_a_run_waits_for_who_only_looks(home, monkeypatch):
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "0")
    looks: list[bool] = []
    home.warehouse.mkdir(parents=True)

    def looked(*_) -> None:
        text = "from orchestration.home import Home; from orchestration.storage import locked\n"
        text += "print('waits', flush=True)\nwith locked(Home.from_env().lock, 'vigie run'): print('runs')"
        run = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
        assert run.stdout.readline() == "waits\n"
        time.sleep(0.5)
        looks.append(run.poll() is None)
        waiting.append(run)
        raise VigieError("there is nothing to see")

    waiting: list[subprocess.Popen] = []
    monkeypatch.setattr("orchestration.assets.release.rehearsal", looked)
    monkeypatch.setattr("orchestration.gate.open_gate", looked)
    for command in ("release --dry-run", "check --deep"):
        assert "nothing to see" in call(*command.split()).output
        assert waiting[-1].communicate(timeout=30)[0] == "runs\n"
    assert looks == [True, True]


def test_the_holder_may_ask_again(home):
    with locked(home.lock, "vigie run"), locked(home.lock, "Dagster run", again=True):
        assert is_locked(home.lock)
    assert not is_locked(home.lock)


def test_the_present_is_not_brought_back_to_a_past_day(home):
    home.lake.mkdir(parents=True)
    duckdb.execute(
        "copy (select date '2021-01-20' as received_on, 'accepted' as verdict) to "
        f"'{home.lake / 'ledger.parquet'}' (format parquet)"
    )
    refuse_going_back(home, dt.date(2021, 1, 20))
    with pytest.raises(VigieError, match="vigie build --as-of 2021-01-19"):
        refuse_going_back(home, dt.date(2021, 1, 19))


def test_looking_back_stands_apart(home):
    past = home.as_of(dt.date(2021, 1, 20))
    assert (past.landing, past.lake, past.dagster) == (home.landing, home.lake, home.dagster)
    assert past.database != home.database and past.releases != home.releases and past.dbt != home.dbt


# ------------------------------------------------------------------------------------------- status and summary


def test_status_of_an_empty_home(home):
    assert "vigie run" in call("status").output
    found = json.loads(call("status", "--json").output)
    assert found["last_run"] is None and found["last_release"] is None and found["feeds"] == []


def test_a_run_that_nobody_goes_on_with_was_interrupted(home):
    journal(home, steps=[step("Landing", 1.0)])
    found = read_status(home)
    assert found["last_run"]["state"] == "interrupted"
    assert "after Landing" in found["reason"]
    with locked(home.lock, "vigie run"):
        assert read_status(home)["last_run"]["state"] == "running"


def test_status_and_summary_say_what_blocks(home):
    failure = {"name": "sexes_add_up", "model": "int_testing__cube", "kind": "test", "message": "Got 3 results"}
    failure |= {"rows": 3, "description": "The sexes add up to the total."}
    checks = {"passed": 7, "failed": 1, "warned": 0, "skipped": 2, "blocking_failures": [failure], "warnings": []}
    journal(home, state="failed", error="1 blocking failure(s)", checks=checks)
    journal(home, run_id="later", started="2021-01-03T09:00:00.000+00:00", state="succeeded", landing={})
    found = read_status(home)
    assert found["last_run"]["run_id"] == "later"
    assert found["blocking_failures"] == [failure], "a landing says nothing about the checks"
    assert "sexes_add_up on int_testing__cube, 3 row(s): The sexes add up" in describe(found)
    told = summary(journals(home)[1], home)
    assert "7 passed, 1 failed" in told and "nothing; latest is still empty" in told


def test_what_a_run_has_cost_is_told(home):
    """In the summary by step, in the status in a line, for programs whole; a run that goes on has no cost yet."""
    steps = [step("Preparing", 3.0, 2.5), step("Release", 70.0, 55.25, 611)]
    journal(home, steps=steps)
    assert "MiB" not in describe(read_status(home)) + summary(journals(home)[0], home)
    journal(home, steps=steps, state="succeeded", cost={"seconds": 85.2, "cpu_seconds": 60.0, "peak_mib": 611})
    told = summary(journals(home)[0], home)
    assert "Took       1 min 25 s, 60.0 CPU s, 611 MiB" in told
    assert "CPU        Preparing 2.5, Release 55.2, Dagster beside them 2.2" in told
    assert "succeeded (1 min 25 s, 60.0 CPU s, 611 MiB)" in call("status", "--all").output
    found = json.loads(call("status", "--json").output)["last_run"]
    assert found["steps"] == steps and found["cost"]["cpu_seconds"] == 60.0


def test_of_two_runs_of_one_second_the_later_is_the_last(home):
    for run_id, started in (("b", "000"), ("c", "200"), ("a", "400")):
        journal(home, run_id=run_id, started=f"2021-01-02T18:30:00.{started}+00:00", ended="", state="succeeded")
    assert [each["run_id"] for each in journals(home)] == ["a", "c", "b"]


def test_summary_tells_what_was_refused_and_why(home):
    refused = [{"feed": "sidep", "file": "2021-01-02/a.csv", "reason": "the file is empty"}]
    landing = {"files": 2, "verdicts": {"accepted": 1, "refused": 1}, "rows_received": 1200, "rows_accepted": 1190}
    landing |= {"rows_rejected": 10, "rows_duplicate": 0, "refused": refused}
    journal(home, state="succeeded", landing=landing, release={"id": "2021-01-02", "path": "/r", "datasets": 3})
    told = summary(journals(home)[0], home)
    assert "2 files (1 accepted, 1 refused)" in told
    assert "1,200 received: 1,190 used, 10 quarantined" in told
    assert "sidep/2021-01-02/a.csv: the file is empty" in told
    assert "2021-01-02, 3 datasets: /r" in told


# ------------------------------------------------------------------------------------------------- a whole run


def test_status_of_a_run(tmp_path_factory):
    told = first_day(tmp_path_factory.getbasetemp())
    found = told["status"]
    assert found["last_run"]["state"] == "succeeded" and found["last_run"]["today"] == str(FIRST_DAY)
    assert found["last_release"]["id"] == told["release"]
    assert found["blocking_failures"] == [] and found["reason"] is None
    assert {feed["feed"] for feed in found["feeds"]} >= {"sidep", "sivic", "oscour", "sos_medecins"}
    for feed in found["feeds"]:
        assert feed["rows_received"] == feed["rows_accepted"] + feed["rows_quarantined"] + feed["rows_duplicate"]
    sidep = next(feed for feed in found["feeds"] if feed["feed"] == "sidep")
    assert sidep["duplicate"] > 0
    assert sidep["last_received_on"] == str(FIRST_DAY)
    assert [step["name"] for step in found["last_run"]["steps"]] == STEPS
    for each in (*found["last_run"]["steps"], found["last_run"]["cost"]):
        assert each["seconds"] > 0 and each["cpu_seconds"] > 0 and each["peak_mib"] > 100, each


def test_what_a_blocking_check_is_about_is_held(tmp_path_factory):
    """A cube altered by hand: all that comes from it keeps its last good files."""
    altered = altered_day(tmp_path_factory.getbasetemp())
    assert altered["exit"] == 3 and "Traceback" not in altered["output"], altered["output"]
    assert "cube_days_adds_up" in altered["output"]
    assert any(f["model"] == "int_testing__cube_days" and f["rows"] for f in altered["status"]["blocking_failures"])
    before, latest = (altered["home"] / "releases" / altered[name] for name in ("before", "release"))
    facts = json.loads((latest / "release.json").read_text())["datasets"]
    assert facts["sp-fra-quot"]["status"] == "held"
    for name in ("sp-fra-quot.csv", "sp-fra-quot.parquet"):
        assert (latest / "open_data" / name).samefile(before / "open_data" / name)


def test_what_was_held_is_published_again_when_it_is_right(tmp_path_factory):
    """The night after, with the table as it was."""
    second = second_day(tmp_path_factory.getbasetemp())
    facts = json.loads((second["home"] / "releases" / second["release"] / "release.json").read_text())["datasets"]
    assert facts["sp-fra-quot"]["status"] != "held"
