"""Whatever happened before a release, it publishes right figures, or the last good ones and says that it holds them.

A first day is released. The files of the second day land, and then what happens in a house happens: a build is killed
in the middle of one feed or the other, one asset is materialised in the UI, someone calls dbt. After each of these
comes a release. In the end everything is run, from the command line or the UI, and what was published on the way is
compared with that: a file that differs must be the file of the first day, and be called held.

By default that is the second of the daily runs (`daily_runs`), of which the build is killed among stays.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from daily_runs import (
    FIRST_DAY,
    SECOND_DAY,
    copy_of_first_day,
    dagster,
    differing_files,
    in_the_ui,
    killed,
    release,
    second_day,
    vigie,
)
from small_epidemic import REPOSITORY

#: A point in the middle of what one feed is counted by.
IN_TESTING = "dbt after: int_testing__changes"
MART_IN_THE_UI = "marts/incidence_rate"


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home of its own: the first day released, the files of the second day landed."""
    home = tmp_path / "home"
    copy_of_first_day(tmp_path_factory.getbasetemp(), home)
    vigie(home, "land", "--today", SECOND_DAY)
    yield home
    shutil.rmtree(home)


def dbt_by_hand(home: Path, *arguments: str) -> int:
    """dbt as someone calls it who knows it; its exit code."""
    environment = {
        **os.environ, "VIGIE_HOME": str(home), "VIGIE_WAREHOUSE": str(home / "warehouse"),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"), "DBT_LOG_PATH": str(home / "dbt" / "logs"),
        "DBT_PROFILES_DIR": str(REPOSITORY),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, check=False).returncode


def fingerprints(release: Path) -> dict[str, str]:
    """The CSV of each dataset of a release, which the months of a series stand behind, and each Parquet file."""
    known, folder = standings(release), release / "open_data"
    files = (path for path in folder.rglob("*") if path.is_file() and known.keys() & {path.stem, path.parent.name})
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def standings(release: Path) -> dict[str, dict[str, str]]:
    """What `status.csv` says of each dataset."""
    with open(release / "open_data" / "status.csv", encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter=";")}


def assert_honest(between: dict[str, str], said: dict[str, dict[str, str]], first: dict, last: dict) -> set[str]:
    """Each file is right, or is the one of the first day and called held, with reason and day; the files held."""
    held = set()
    for name, content in between.items():
        if content != last[name]:
            assert content == first[name], f"{name} is neither the file of the first day nor that of the second"
            standing = said[Path(name).parts[0].split(".")[0]]
            assert standing["status"] == "held", f"{name} is of the first day, and called {standing['status']}"
            assert standing["since"] and standing["reason_fr"] and standing["reason_en"], standing
            held.add(name)
    assert between.keys() == first.keys()
    return held


#: What happens between the landing and the release: a point where `vigie build` is killed, an asset that is
#: materialised in the UI, or a call of dbt.
TROUBLES = {
    "nothing built": [],
    "killed in tests": [("killed", IN_TESTING)],
    "an indicator in the UI": [("ui", MART_IN_THE_UI)],
    "a model of dbt by hand": [("dbt", "int_testing__cells")],
    "killed, then dbt by hand": [("killed", IN_TESTING), ("dbt", "+incidence_rate")],
}  # fmt: skip


def assert_right_or_held(first: Path, between: list[tuple[dict, dict]], latest: Path) -> None:
    """Each release on the way is honest, and held something; in the end nothing is held any more."""
    of_first, last = fingerprints(first), fingerprints(latest)
    assert of_first != last, "the second day brings nothing: nothing could be noticed"
    for files, said in between:
        held = assert_honest(files, said, of_first, last)
        assert held, "all that the second day brings was published before it was built"
    assert {row["status"] for row in standings(latest).values()} <= {"ok", "late", "partial"}


def test_a_release_after_a_build_was_killed_in_stays_then_of_a_seed_made_in_the_ui_is_right_or_held(tmp_path_factory):
    told = second_day(tmp_path_factory.getbasetemp())
    first, *between, latest = (
        told["home"] / "releases" / name for name in (told["first"], *told["between"], told["release"])
    )
    assert_right_or_held(first, [(fingerprints(each), standings(each)) for each in between], latest)


@pytest.mark.long
@pytest.mark.parametrize("troubles", TROUBLES.values(), ids=TROUBLES)
def test_a_release_after_trouble_is_right_or_held(troubles, home):
    first = (home / "releases" / "latest").resolve()
    between = []
    for kind, what in troubles or [("nothing", "")]:
        match kind:
            case "killed":
                killed(home, what, "build")
            case "ui":
                in_the_ui(home, what)
            case "dbt":
                dbt_by_hand(home, "run", "--select", what)
        made = home / "releases" / release(home, SECOND_DAY)
        between.append((fingerprints(made), standings(made)))
    vigie(home, "run", "--today", SECOND_DAY)
    assert_right_or_held(first, between, (home / "releases" / "latest").resolve())


@pytest.mark.long
def test_a_run_started_in_the_ui_gives_what_the_command_line_gives(home, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(home, other, symlinks=True)
    config = tmp_path / "run.yaml"
    config.write_text(json.dumps({"resources": {"run": {"config": {"today": str(SECOND_DAY)}}}}))
    assert dagster(other, "job", "execute", "-j", "daily", "-c", config) == 0
    vigie(home, "run", "--today", SECOND_DAY)
    one, two = ((each / "releases" / "latest").resolve() for each in (home, other))
    assert one.name == two.name == str(SECOND_DAY) != str(FIRST_DAY)
    assert differing_files(one, two) == []
    shutil.rmtree(other)
