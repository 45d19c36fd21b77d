"""Killed at any moment, the next run ends in the same bytes: those of a run that nothing disturbed.

By default one day is killed at one point after the other, in landing, in the models and in the release, and what comes
out in the end is compared with what is built from zero. With VIGIE_LONG_TESTS=1 in the environment, each step boundary
and VIGIE_KILLS random moments (10 by default) are tried on their own.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time

import pytest
from daily_runs import (
    FIRST_DAY,
    KILLED_AT_LENGTH,
    LONG,
    SECOND_DAY,
    THIRD_DAY,
    differing_files,
    differing_rows,
    first_day,
    killed,
    killed_after,
    looked_back,
    second_day,
    start,
    vigie,
)

KILLS = int(os.environ.get("VIGIE_KILLS", "10"))
at_length = pytest.mark.skipif(not LONG, reason="minutes for each kill: set VIGIE_LONG_TESTS=1")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The second day built from zero: its `warehouse` and its `releases`."""
    return looked_back(tmp_path_factory.getbasetemp())["home"] / "as_of" / str(SECOND_DAY)


def test_a_day_killed_again_and_again_ends_in_the_same_bytes(tmp_path_factory, undisturbed):
    survived = second_day(tmp_path_factory.getbasetemp())
    warehouse = survived["folder"] / "second_day" / "warehouse"
    assert differing_rows(warehouse, undisturbed / "warehouse") == {}
    release = survived["home"] / "releases" / str(SECOND_DAY)
    assert differing_files(release, undisturbed / "releases" / "latest") == []


def test_nothing_of_the_killed_releases_is_left(tmp_path_factory):
    home = second_day(tmp_path_factory.getbasetemp())["home"]
    names = {path.name for path in (home / "releases").iterdir()} - {".lock", str(THIRD_DAY)}
    assert names == {str(FIRST_DAY), str(SECOND_DAY), "latest"}


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home of its own on which the first day has been run."""
    second_day(tmp_path_factory.getbasetemp())
    shutil.copytree(first_day(tmp_path_factory.getbasetemp())["folder"] / "first_day", tmp_path / "home", symlinks=True)
    yield tmp_path / "home"
    shutil.rmtree(tmp_path / "home")


def assert_recovers(home, undisturbed) -> None:
    """One more run, and all is as if nothing had happened."""
    vigie(home, "run", "--today", SECOND_DAY)
    assert differing_rows(home / "warehouse", undisturbed / "warehouse") == {}
    assert differing_files(home / "releases" / "latest", undisturbed / "releases" / "latest") == []


@at_length
@pytest.mark.parametrize("point", KILLED_AT_LENGTH)
def test_killed_at_a_step_boundary(point, home, undisturbed):
    killed(home, SECOND_DAY, point)
    assert (home / "releases" / "latest").resolve().name == str(FIRST_DAY)
    assert_recovers(home, undisturbed)


@at_length
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_a_random_moment(seed, home, undisturbed):
    draw = random.Random(seed)
    for _ in range(draw.choice([1, 1, 2, 3])):
        killed_after(home, SECOND_DAY, draw.uniform(2, 60))
    assert_recovers(home, undisturbed)


@at_length
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
