"""The upkeep as a step of the run: after the release and never in its way, after a complete build only, not silent."""

import datetime as dt
from types import SimpleNamespace

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner

from orchestration import cli, execution, status
from orchestration.assets import upkeep
from orchestration.assets.release import RELEASE
from orchestration.assets.upkeep import UPKEEP, keep_up, upkeep_assets
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.run import Run

PARTS = ("erase", "retire", "compact", "seal", "prune_records")
INSTANCE = dg.DagsterInstance.ephemeral()
MANIFEST = {
    "nodes": {
        f"model.vigie.{name}": {"config": {"materialized": kind}}
        for name, kind in (("changes", "incremental"), ("rows_to_erase", "table"), ("rate", "view"))
    }
}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return Home(tmp_path)


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """The parts of the upkeep that were done, none of which does anything; the build is complete."""
    done: list[str] = []
    for name in PARTS:
        monkeypatch.setattr(upkeep, name, lambda *_, changing=None, name=name: done.append(name) or 2)
    monkeypatch.setattr(upkeep, "_gate", lambda *_: SimpleNamespace(complete=True))
    monkeypatch.setattr(upkeep, "before_upkeep", lambda *_: None)
    monkeypatch.setattr(upkeep, "note_contents", lambda *_: None)
    return done


def failing(monkeypatch, name: str) -> None:
    """One part finds the disk full."""

    def fails(*_: object, changing: object = None) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upkeep, name, fails)


def run_of(home: Home, release=lambda: None) -> dg.ExecuteInProcessResult:
    """The end of a daily job: a release, and the upkeep after it."""

    @dg.asset(key=RELEASE)
    def released(run: Run) -> None:
        with run.step("Release"):
            release()
            run.journal.note(release={"id": "2021-01-05", "path": "", "datasets": 1})

    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [released, upkeep_assets(MANIFEST)], instance=instance, resources={"run": Run()}, raise_on_error=False
        )


def test_it_comes_after_the_release(home, done):
    result = run_of(home, lambda: done.append("release"))
    assert result.success and done == ["release", *PARTS]
    [journal] = journals(home)
    assert [step["name"] for step in journal["steps"]] == ["Release", "Upkeep"]
    assert journal["upkeep"] == dict(erased=2, retired=2, compacted=2, sealed=2, pruned=2, waits=False, failed=[])
    assert result.asset_materializations_for_node("upkeep")[0].asset_key == UPKEEP


def test_it_is_not_done_when_there_is_no_release(home, done):
    def fails() -> None:
        raise VigieError("the disk is full")

    assert not run_of(home, fails).success
    assert done == [] and journals(home)[0]["state"] == "failed"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_is_told_and_is_in_nobody_s_way(home, done, monkeypatch, part):
    """Not the release's, and not the other parts'; the run is done in part, and Dagster shows the step as failed."""
    failing(monkeypatch, part)
    assert not run_of(home).success
    assert done == [name for name in PARTS if name != part]
    [journal] = journals(home)
    assert (journal["state"], journal["error"]) == ("done in part", None)
    assert "No space left" in journal["steps"][-1]["error"] and "the release stands" in journal["steps"][-1]["error"]
    [told] = journal["upkeep"]["failed"]
    assert "No space left" in told
    for text in (status.summary(journal, home), status.describe(status.read_status(home))):
        assert f"Upkeep     failed, the next run takes it up again: {told}" in text
    assert "Failed" not in status.summary(journal, home)


def test_a_part_that_fails_quotes_nothing(home, done, monkeypatch):
    """Engines say on which value they failed."""

    def fails(*_: object, changing: object = None) -> int:
        raise duckdb.ConversionException("Could not convert string 'SECRET' to INT32")

    monkeypatch.setattr(upkeep, "erase", fails)
    run_of(home)
    [told] = journals(home)[0]["upkeep"]["failed"]
    assert told.startswith("erased: ConversionException") and "SECRET" not in told


def test_what_was_not_done_is_told_until_it_is(home, done, monkeypatch):
    """A run that only lands says nothing about it."""
    with monkeypatch.context() as patched:
        failing(patched, "erase")
        run_of(home)
    with Run().yield_for_execution(dg.build_init_resource_context()) as run:
        run.journal.note(landing={})
    assert status.read_status(home)["upkeep"]["failed"]
    run_of(home)
    assert status.read_status(home)["upkeep"]["failed"] == []


def test_it_waits_for_a_complete_build(home, done, monkeypatch):
    monkeypatch.setattr(upkeep, "_gate", lambda *_: SimpleNamespace(complete=False, complete_for=lambda _: False))
    result = run_of(home)
    assert result.success and done == [] and not result.asset_materializations_for_node("upkeep")
    assert "waits for a complete build, erasure too" in status.describe(status.read_status(home))


def test_nobody_waits_to_be_forgotten_for_a_feed_without_persons(home, done, monkeypatch):
    """Retention, compaction and sealing do."""
    asked = []
    gate = SimpleNamespace(complete=False, complete_for=lambda name: asked.append(name) or True)
    monkeypatch.setattr(upkeep, "_gate", lambda *_: gate)
    run_of(home)
    assert done == ["erase"] and asked == ["int_landing__rows_to_erase"]
    told = status.describe(status.read_status(home))
    assert "waits for a complete build: vigie run" in told


def test_looking_back_keeps_nothing_up(home, done):
    with Run(as_of="2021-01-05").yield_for_execution(dg.build_init_resource_context()) as run:
        assert keep_up(run, MANIFEST, INSTANCE) == {}
    assert done == []


@pytest.mark.parametrize(("state", "code"), [("succeeded", 0), ("failed", 1), ("done in part", 3)])
def test_the_exit_code_says_how_a_run_ended(home, monkeypatch, state, code):
    monkeypatch.setattr(execution, "execute", lambda *_, **__: {"state": state})
    assert CliRunner().invoke(cli.main, ["run"]).exit_code == code


@pytest.mark.parametrize("due", [[], ["erase"], ["erase", "seal"]])
def test_what_stands_is_read_whole_only_before_something_of_it_goes(home, done, monkeypatch, due):
    """Once, before the first part that changes the warehouse, and noted once after the last."""
    for name in due:
        monkeypatch.setattr(upkeep, name, lambda *arguments, name=name: arguments[-1]() or done.append(name) or 1)
    monkeypatch.setattr(upkeep, "before_upkeep", lambda *_: done.append("read"))
    monkeypatch.setattr(upkeep, "note_contents", lambda *_: done.append("noted"))
    run = SimpleNamespace(home=home, as_of="", day=dt.date(2021, 1, 5), journal=SimpleNamespace(note=lambda **_: None))
    keep_up(run, MANIFEST, INSTANCE)
    assert done == (["read", *PARTS, "noted"] if due else [*PARTS])
