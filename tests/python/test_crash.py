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
    KILLED_AT,
    KILLED_AT_LENGTH,
    THIRD_DAY,
    differing_files,
    differing_rows,
    killed,
    killed_after,
    killed_day,
    looked_back,
    start,
    two_days,
    vigie,
)

LONG = bool(os.environ.get("VIGIE_LONG_TESTS"))
KILLS = int(os.environ.get("VIGIE_KILLS", "10"))


@pytest.fixture(scope="module")
def basetemp(tmp_path_factory):
    """Pytest's folder of this session."""
    return tmp_path_factory.getbasetemp()


def test_a_day_killed_again_and_again_ends_in_the_same_bytes(basetemp):
    survived = killed_day(basetemp)
    assert survived["points"] == KILLED_AT
    looked_back(basetemp)
    home = survived["home"]
    undisturbed = home / "as_of" / str(THIRD_DAY)
    assert differing_rows(home / "warehouse", undisturbed / "warehouse") == {}
    assert differing_files(home / "releases" / "latest", undisturbed / "releases" / "latest") == []


def test_nothing_of_the_killed_releases_is_left(basetemp):
    home = killed_day(basetemp)["home"]
    names = sorted(path.name for path in (home / "releases").iterdir() if path.name != ".lock")
    assert names == ["2021-01-12", "2021-01-13", "2021-01-14", "latest"]
    assert (home / "releases" / "latest").resolve().name == str(THIRD_DAY)


@pytest.fixture
def before_the_kills(basetemp, tmp_path):
    """A home of its own on which two days have been run."""
    killed_day(basetemp)
    home = tmp_path / "home"
    shutil.copytree(two_days(basetemp)["folder"] / "before_the_kills", home, symlinks=True)
    yield home
    shutil.rmtree(home)


def assert_recovers(home, basetemp) -> None:
    """One more run, and all is as if nothing had happened."""
    vigie(home, "run", "--today", THIRD_DAY)
    undisturbed = looked_back(basetemp)["home"] / "as_of" / str(THIRD_DAY)
    assert differing_rows(home / "warehouse", undisturbed / "warehouse") == {}
    assert differing_files(home / "releases" / "latest", undisturbed / "releases" / "latest") == []


@pytest.mark.skipif(not LONG, reason="minutes for each point: set VIGIE_LONG_TESTS=1")
@pytest.mark.parametrize("point", KILLED_AT_LENGTH)
def test_killed_at_a_step_boundary(point, before_the_kills, basetemp):
    latest = (before_the_kills / "releases" / "latest").resolve()
    killed(before_the_kills, THIRD_DAY, point)
    assert (before_the_kills / "releases" / "latest").resolve() == latest
    assert_recovers(before_the_kills, basetemp)


@pytest.mark.skipif(not LONG, reason="minutes for each kill: set VIGIE_LONG_TESTS=1")
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_a_random_moment(seed, before_the_kills, basetemp):
    draw = random.Random(seed)
    for _ in range(draw.choice([1, 1, 2, 3])):
        killed_after(before_the_kills, THIRD_DAY, draw.uniform(2, 60))
    assert_recovers(before_the_kills, basetemp)


@pytest.mark.skipif(not LONG, reason="minutes: set VIGIE_LONG_TESTS=1")
def test_only_the_command_line_is_killed_while_dbt_works(before_the_kills, basetemp):
    home = before_the_kills
    process = start(home, "run", "--today", THIRD_DAY)
    seen = ""
    while "Warehouse" not in seen:
        seen = process.stdout.readline()
    time.sleep(10)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # dbt may still be at work, and then holds the warehouse: refused in words, or done after it.
    again = start(home, "run", "--today", THIRD_DAY)
    output, _ = again.communicate()
    assert again.returncode == 0 or "vigie:" in output or "Failed" in output, output
    assert_recovers(home, basetemp)
