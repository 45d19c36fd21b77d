"""Runs of a few days through the command line: killed, competed with, read from all along, and looked back at.

Killed at any moment, the next run ends in the same bytes: those of a run that nothing disturbed. Of two runs at once
one is refused with a message. Readers of the released files never notice anything. A past day is built again from the
lake, byte for byte.

By default one day is killed at one point after the other, in the models and in the release, with releases of what
stood there in between (`test_what_goes_out`), and what comes out in the end is compared with what is built from zero.
With VIGIE_LONG=1 in the environment, each step boundary and VIGIE_KILLS random moments (10 by default) are tried on
their own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from daily_runs import (
    FIRST_DAY,
    KILLED_AT_LENGTH,
    RELEASE_KILLED_AT_LENGTH,
    SECOND_DAY,
    built_day,
    copy_of_first_day,
    differing_files,
    differing_rows,
    killed,
    killed_after,
    looked_back,
    second_day,
    start,
    vigie,
)
from drawing import dice
from small_epidemic import REPOSITORY

from orchestration.home import Home
from orchestration.journal import journals

KILLS = int(os.environ.get("VIGIE_KILLS", "10"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The second day built from zero: its `warehouse` and its `releases`."""
    return looked_back(tmp_path_factory.getbasetemp())["home"] / "as_of" / str(SECOND_DAY)


def test_a_day_killed_again_and_again_ends_in_the_same_bytes(tmp_path_factory, undisturbed):
    survived = second_day(tmp_path_factory.getbasetemp())
    warehouse = survived["folder"] / "second_day" / "warehouse"
    assert differing_rows(warehouse, undisturbed / "warehouse") == {}
    release = survived["home"] / "releases" / survived["release"]
    assert differing_files(release, undisturbed / "releases" / "latest") == []


def test_nothing_of_the_killed_releases_is_left(tmp_path_factory):
    observed = second_day(tmp_path_factory.getbasetemp())
    assert observed["left"] == observed["released"]


@pytest.fixture(scope="module")
def observed(tmp_path_factory) -> dict:
    """Runs of a day, killed ones and one that was competed with, while someone read the releases."""
    return second_day(tmp_path_factory.getbasetemp())


def test_of_two_runs_at_once_one_is_refused_with_a_message(observed):
    assert observed["first_was_running"], "the first run was over before the second was refused"
    assert observed["rival_exit"] == 1
    message = observed["rival_output"]
    assert message.startswith("vigie: ") and len(message.splitlines()) == 1, message
    assert "`vigie run`" in message and str(observed["pid"]) in message and "Wait" in message, message


def test_the_run_that_was_competed_with_ends_well(observed):
    assert observed["exit"] in (0, 3), observed["output"]
    assert observed["release"].startswith(str(SECOND_DAY)) and observed["release"] not in observed["between"]
    assert (observed["home"] / "releases" / observed["release"]).is_dir()


def test_a_reader_never_sees_a_missing_or_partial_file(observed):
    assert observed["faults"] == []
    assert observed["rounds"] > 10
    assert observed["seen"] == [name for name in observed["released"] if name != observed["first"]]


def test_the_releases_that_were_read_differ(observed):
    # Otherwise the reader could not have noticed anything.
    assert differing_files(*(observed["home"] / "releases" / observed[name] for name in ("first", "release")))


def test_a_past_release_comes_out_again_byte_for_byte(tmp_path_factory):
    home = looked_back(tmp_path_factory.getbasetemp())["home"]
    released, built_again = (
        home / "releases" / second_day(tmp_path_factory.getbasetemp())["release"],
        home / "as_of" / str(SECOND_DAY) / "releases" / "latest",
    )
    assert differing_files(released, built_again) == []
    facts = json.loads((built_again / "release.json").read_text(encoding="utf-8"))
    assert (facts["today"], facts["as_of"]) == (str(SECOND_DAY), str(SECOND_DAY))
    twin = json.loads((built_again.parents[1] / "archive" / facts["id"] / "release.json").read_text(encoding="utf-8"))
    received = {delivery["received_on"] for delivery in twin["deliveries"]}
    assert received and max(received) <= str(SECOND_DAY)


# --------------------------------------------------------------------------- each kill on its own


def test_every_point_of_death_is_one():
    """A model that was renamed would never be reached, and the long tests would find out after hours."""
    models = {path.stem for path in (REPOSITORY / "models").rglob("*.sql")}
    points = [point.removeprefix("dbt before: ").removeprefix("dbt after: ") for point in KILLED_AT_LENGTH]
    assert {point for point in points if point.startswith(("int_", "feed_"))} <= models
    assert len(KILLED_AT_LENGTH) > 30


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home of its own on which the first day has been run."""
    copy_of_first_day(tmp_path_factory.getbasetemp(), tmp_path / "home")
    yield tmp_path / "home"
    shutil.rmtree(tmp_path / "home")


def assert_recovers(home, undisturbed) -> None:
    """One more run, and all is as if nothing had happened."""
    vigie(home, "run", "--today", SECOND_DAY)
    assert differing_rows(home / "warehouse", undisturbed / "warehouse") == {}
    assert differing_files(home / "releases" / "latest", undisturbed / "releases" / "latest") == []


@pytest.mark.long
@pytest.mark.parametrize("point", KILLED_AT_LENGTH)
def test_killed_at_a_step_boundary(point, home, undisturbed):
    killed(home, point, "run", "--today", SECOND_DAY)
    assert (home / "releases" / "latest").resolve().name == str(FIRST_DAY)
    assert_recovers(home, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("point", RELEASE_KILLED_AT_LENGTH)
def test_a_release_killed_at_a_step_boundary(point, tmp_path_factory, tmp_path, undisturbed):
    built = built_day(tmp_path_factory.getbasetemp())["folder"] / "built_day"
    home = tmp_path / "home"
    shutil.copytree(built, home, symlinks=True)
    killed(home, point, "release", "--today", SECOND_DAY)
    assert (home / "releases" / "latest").resolve().name == str(FIRST_DAY)
    vigie(home, "release", "--today", SECOND_DAY)
    assert differing_files(home / "releases" / "latest", undisturbed / "releases" / "latest") == []
    shutil.rmtree(home)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_a_random_moment(seed, home, undisturbed):
    draw = dice("kills", seed)
    for _ in range(draw.choice([1, 1, 2, 3])):
        killed_after(home, SECOND_DAY, draw.uniform(2, 60))
    assert_recovers(home, undisturbed)


@pytest.mark.long
def test_only_the_command_line_is_killed_while_dbt_works(home, undisturbed):
    process = start(home, "run", "--today", SECOND_DAY)
    while "Warehouse" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(10)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # dbt may still be at work and hold the warehouse: then the next run is refused in words, and the one after ends.
    again = start(home, "run", "--today", SECOND_DAY)
    output, _ = again.communicate()
    assert again.returncode == 0 or "Failed " in output or output.startswith("vigie: "), output
    assert "Traceback" not in output, output
    assert_recovers(home, undisturbed)


@pytest.mark.long
def test_a_run_to_which_nothing_came_starts_no_build(tmp_path_factory, tmp_path):
    """It looks at the folder, the gate and the release, tells Dagster of the outputs alone, and makes no release."""
    root = tmp_path / "home"
    copy_of_first_day(tmp_path_factory.getbasetemp(), root)
    home = Home(root)
    # The views of a home that was copied are made anew.
    vigie(root, "run", "--today", FIRST_DAY)
    assert "nothing has changed" in vigie(root, "run", "--today", FIRST_DAY)
    last = journals(home)[0]
    assert [step["name"] for step in last["steps"]] == ["Preparing", "Landing", "Release", "Upkeep", "Incidents"]
    assert last["landing"]["files"] == last["checks"]["models"] == 0 < last["checks"]["passed"]
    with sqlite3.connect(root / "dagster" / "history" / "runs" / f"{last['run_id']}.db") as log:
        told = {key for (key,) in log.execute("select distinct asset_key from event_logs where asset_key is not null")}
    assert told and not [key for key in told if '"intermediate"' in key or '"marts"' in key]
    # A file that comes after the look at the folder is built all the same.
    late = "from orchestration import cli, execution; execution.pending = lambda *_: False; cli.main()"
    command = [sys.executable, "-c", late, "run", "--today", str(SECOND_DAY)]
    subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "VIGIE_HOME": str(root)}, capture_output=True, check=False
    )
    last = journals(home)[0]
    assert [step["name"] for step in last["steps"]] == ["Landing", "Warehouse", "Release", "Upkeep", "Incidents"]
    assert not last["gate"]["held"] and (home.releases / "latest").resolve().name.startswith(str(SECOND_DAY))
    shutil.rmtree(root)
