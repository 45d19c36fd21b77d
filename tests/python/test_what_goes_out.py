"""Whatever happened before a release, it publishes right figures, or the last good ones and says that it holds them.

Two feeds, and a first day that is released. The files of the second day land, and then what happens in a house happens:
a build is killed in the middle of one feed or the other, one asset is materialised in the UI, someone calls dbt. After
each of these comes a release. In the end everything is run, from the command line or the UI, and what was published on
the way is compared with that: a file that differs must be the file of the first day, and be called held.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from daily_runs import FIRST_DAY, SECOND_DAY, copy_of_first_day, differing_files, killed, start, vigie
from small_epidemic import REPOSITORY

#: Points in the middle of what one feed is counted by.
IN_TESTING, IN_HOSPITAL = "dbt after: int_testing__changes", "dbt after: int_hospital__changes"
SEED_IN_THE_UI, MART_IN_THE_UI = "seeds/regions", "marts/incidence_rate"


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home of its own: the first day released, the files of the second day landed."""
    home = tmp_path / "home"
    copy_of_first_day(tmp_path_factory.getbasetemp(), home)
    vigie(home, "land", "--today", SECOND_DAY)
    yield home
    shutil.rmtree(home)


def dagster(home: Path, *arguments: object) -> int:
    """Dagster's own command line on the definitions that the UI loads; its exit code."""
    environment = {**os.environ, "VIGIE_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    command = [str(Path(sys.executable).with_name("dagster")), *map(str, arguments)]
    done = subprocess.run(
        [*command, "-m", "orchestration.definitions"], cwd=REPOSITORY, env=environment, capture_output=True, check=False
    )
    return done.returncode


def dbt_by_hand(home: Path, *arguments: str) -> int:
    """dbt as someone calls it who knows it; its exit code."""
    environment = {
        **os.environ, "VIGIE_HOME": str(home), "VIGIE_WAREHOUSE": str(home / "warehouse"),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"), "DBT_LOG_PATH": str(home / "dbt" / "logs"),
        "DBT_PROFILES_DIR": str(REPOSITORY),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, check=False).returncode


def in_the_ui(home: Path, asset: str) -> None:
    """Materialise one asset, as "Materialize selected" does."""
    # The run may well be refused: then nothing has happened, which is as good.
    dagster(home, "asset", "materialize", "--select", asset)


def released(home: Path, day: date) -> Path:
    """Release, and give what readers see afterwards."""
    process = start(home, "release", "--today", day)
    output, _ = process.communicate()
    assert "Traceback" not in output, output
    return (home / "releases" / "latest").resolve()


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
    "killed in stays, then a seed in the UI": [("killed", IN_HOSPITAL), ("ui", SEED_IN_THE_UI)],
    "nothing built": [],
    "killed in tests": [("killed", IN_TESTING)],
    "an indicator in the UI": [("ui", MART_IN_THE_UI)],
    "a model of dbt by hand": [("dbt", "int_testing__cells")],
    "killed, then dbt by hand": [("killed", IN_TESTING), ("dbt", "+incidence_rate")],
}  # fmt: skip


@pytest.mark.parametrize(
    "troubles",
    [
        pytest.param(troubles, id=name, marks=[] if rank == 0 else pytest.mark.long)
        for rank, (name, troubles) in enumerate(TROUBLES.items())
    ],
)
def test_a_release_after_trouble_is_right_or_held(troubles, home):
    first = fingerprints((home / "releases" / "latest").resolve())
    between = []
    for kind, what in troubles or [("nothing", "")]:
        match kind:
            case "killed":
                killed(home, what, "build")
            case "ui":
                in_the_ui(home, what)
            case "dbt":
                dbt_by_hand(home, "run", "--select", what)
        release = released(home, SECOND_DAY)
        between.append((fingerprints(release), standings(release)))
    vigie(home, "run", "--today", SECOND_DAY)
    latest = (home / "releases" / "latest").resolve()
    last = fingerprints(latest)
    assert first != last, "the second day brings nothing: nothing could be noticed"
    for files, said in between:
        held = assert_honest(files, said, first, last)
        assert held, "all that the second day brings was published before it was built"
    assert {row["status"] for row in standings(latest).values()} <= {"ok", "late", "partial"}


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
