"""A few days of a small epidemic with every feed, run through the command line, disturbed, and looked back upon.

A run takes its time whatever the data, so there is one home of them for all test modules and workers, each stage goes
on from the one before, and each is made once: a first day; a table altered by hand, so that a check fails; a second
day on which runs and builds are killed, an asset is made in the UI and releases are made of what stands, until a run
ends with a competitor, and all the time a reader; then, when the third day has landed, what was known on the second
one, built anew from the lake.

Tests and stays are those of an official week, which the second day completes, and have the edge cases before it.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
from official_files import EXTRACT, official_file
from small_epidemic import REPOSITORY, deliver_edge_cases

from orchestration.home import Home
from orchestration.landing import land

KILL_SWITCH = REPOSITORY / "tests" / "fixtures" / "kill_switch"
#: The official week of tests and stays; edge cases are of the fortnight before it.
WEEK = date(2020, 5, 18), date(2020, 5, 24)
FIRST_DAY, SECOND_DAY, THIRD_DAY = date(2020, 5, 23), date(2020, 5, 24), date(2020, 5, 25)
DEPARTEMENTS = "sp-pos-quot-dep_2020-10-25"
RATES = {
    "reinfection": 0.0, "repeat_positive": 0.1, "negative_after_case": 0.2, "correction": 0.1, "deletion": 0.05,
    "file_twice": 0.2, "bad_row": 0.02, "late": 0.2, "resend": 0.05, "serology": 0.05, "out_of_order": 0.3,
}  # fmt: skip
STAY_RATES = {
    "correction": 0.1, "deletion": 0.05, "late": 0.2, "resend": 0.05, "file_twice": 0.2, "out_of_order": 0.3,
    "bad_row": 0.02,
}  # fmt: skip

#: Where the second day is killed, one after the other; each goes on from what the last kill has left.
KILLED_AT = [
    ("run", "dbt sql: delete from"),
    ("build", "dbt after: int_hospital__changes"),
    ("run", "vigie: Release: data package"),
]
SEED_IN_THE_UI = "seeds/regions"
#: With VIGIE_LONG=1, each on its own, on copies of the first day.
KILLED_AT_LENGTH = [
    *(f"vigie: {text}" for text in ("Preparing", "Landing", "Landing: file 1 ", "Landing: file 2 ", "Warehouse")),
    *(
        f"dbt {moment}: {model}"
        for model in (
            "int_testing__batches", "int_testing__history", "int_testing__reissued", "int_testing__touched_persons",
            "int_testing__changes", "int_testing__cells", "int_testing__cube_days", "int_testing__epci_days",
            "int_testing__local_windows", "int_testing__account",
            "int_hospital__batches", "int_hospital__changes", "int_hospital__cells", "int_hospital__account",
        )
        for moment in ("before", "after")
    ),
    "dbt sql: delete from",
    "dbt sql: create table",
]  # fmt: skip
#: The same for the release, on copies of the second day built and not yet released.
RELEASE_KILLED_AT_LENGTH = [
    f"vigie: Release: {step}"
    for step in (
        "checks", "open data", "people-tested-fra", "data package", "methods", "catalogue", "docs", "release.json",
        "sync", "publish", "latest",
    )
]  # fmt: skip


def start(home: Path, *arguments: object, kill_at: str = "") -> subprocess.Popen[str]:
    """Start the command line on a home, in a process group of its own, to be killed where the switch says."""
    path = [str(KILL_SWITCH)] if kill_at else []
    environment = {
        "VIGIE_LOCK_WAIT": "1",
        **os.environ,
        "VIGIE_HOME": str(home),
        "VIGIE_KILL_AT": kill_at,
        "PYTHONPATH": os.pathsep.join([*path, *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *map(str, arguments)],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def vigie(home: Path, *arguments: object) -> str:
    """Run the command line to its end and give its output; fails with the output when the command does.

    Figures are partial (exit code 3) when a delivery has a large share of its rows rejected, as small ones may have.
    """
    process = start(home, *arguments)
    output, _ = process.communicate()
    assert process.returncode in (0, 3), f"vigie {' '.join(map(str, arguments))}\n{output}"
    return output


def status_of(home: Path) -> dict:
    """What the home says of itself; the exit code is that of the evening."""
    process = start(home, "status", "--json")
    output, _ = process.communicate()
    assert process.returncode in (0, 1, 3), output
    return json.loads(output)


def killed(home: Path, kill_at: str, *arguments: object) -> None:
    """A command that dies at the point; fails when it comes to its end."""
    process = start(home, *arguments, kill_at=kill_at)
    output, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL, f"not killed at '{kill_at}': exit {process.returncode}\n{output}"


def killed_after(home: Path, day: date, seconds: float) -> None:
    """A run for the day that is killed with all its processes after so many seconds, if it still runs."""
    process = start(home, "run", "--today", day)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def dagster(home: Path, *arguments: object) -> int:
    """Dagster's own command line on the definitions that the UI loads; its exit code."""
    environment = {**os.environ, "VIGIE_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    command = [str(Path(sys.executable).with_name("dagster")), *map(str, arguments)]
    done = subprocess.run(
        [*command, "-m", "orchestration.definitions"], cwd=REPOSITORY, env=environment, capture_output=True, check=False
    )
    return done.returncode


def in_the_ui(home: Path, asset: str) -> None:
    """Materialise one asset, as "Materialize selected" does."""
    # The run may well be refused: then nothing has happened, which is as good.
    dagster(home, "asset", "materialize", "--select", asset)


def release(home: Path, day: date) -> str:
    """Release, and give the name of what readers see afterwards."""
    process = start(home, "release", "--today", day)
    output, _ = process.communicate()
    assert "Traceback" not in output, output
    return latest(home)


def latest(home: Path) -> str:
    """The name of the release that readers see."""
    return (home / "releases" / "latest").resolve().name


# --------------------------------------------------------------------------- what is compared


def open_data(release: Path) -> dict[str, str]:
    """The fingerprint of each file of figures of a release; how they stand and what was revised is of its day."""
    folder = release / "open_data"
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.stem not in ("status", "events", "revisions")]
    assert files, f"{release} holds no open data"
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def differing_files(left: Path, right: Path) -> list[str]:
    """Names of the files of open data that two releases do not have in common, byte for byte."""
    left_files, right_files = open_data(left), open_data(right)
    names = sorted(left_files.keys() | right_files.keys())
    return [name for name in names if left_files.get(name) != right_files.get(name)]


def differing_rows(left: Path, right: Path) -> dict[str, int]:
    """Tables of the cubes of which two warehouses differ, with the number of rows that one has and the other lacks.

    The number of the batch that last changed a cell is not compared, nor cells in which nothing is counted any more.
    """
    tables = {
        "int_testing__cells": "(tests <> 0 or positive_serologies <> 0 or tested <> 0)",
        "int_testing__cube": "true",
        "int_testing__epci_days": "(tested <> 0 or cases <> 0)",
        "int_testing__local_windows": "true",
        "int_hospital__cube": "true",
        "int_hospital__stay_lengths": "true",
        "delivery_reconciliation": "true",
    }
    with duckdb.connect() as connection:
        for name, path in (("l", left), ("r", right)):
            connection.execute(f"attach '{path / 'vigie.duckdb'}' as {name} (read_only)")
        found = {}
        for table, condition in tables.items():
            [(schema, batch)] = connection.execute(
                "select schema_name, bool_or(column_name = 'batch') from duckdb_columns()"
                " where database_name = 'l' and table_name = ? group by schema_name",
                [table],
            ).fetchall()
            query = f"select * {'exclude (batch)' if batch else ''} from {{}}.{schema}.{table} where {condition}"
            both = (f"({query.format(one)}) except all ({query.format(other)})" for one, other in ("lr", "rl"))
            [(rows,)] = connection.execute(
                f"select {' + '.join(f'(select count(*) from ({q}))' for q in both)}"
            ).fetchall()
            if rows:
                found[table] = rows
    return found


# --------------------------------------------------------------------------- a reader and a competitor


@functools.lru_cache(maxsize=8)
def parsed(text: str) -> dict:
    """JSON, as long as it is the same: a reader looks five times a second."""
    return json.loads(text)


class Reader(threading.Thread):
    """Reads `latest/open_data` again and again while releases are made, as a mirror of the site would.

    What `latest` showed when it was resolved must be there whole: each file of the data package, with its bytes.
    """

    def __init__(self, releases: Path) -> None:
        super().__init__(daemon=True)
        self.releases, self.rounds, self.seen, self.faults = releases, 0, set[str](), list[str]()
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Read until asked to stop."""
        while not self._stop_asked.is_set():
            try:
                self._read()
            except (OSError, ValueError, KeyError) as error:
                self.faults.append(f"{type(error).__name__}: {error}")
            self.rounds += 1
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask to stop, and wait."""
        self._stop_asked.set()
        self.join()

    def _read(self) -> None:
        # Through the link each time: a file that is missing for a moment would be noticed.
        package = parsed((self.releases / "latest" / "datapackage.json").read_text(encoding="utf-8"))
        release = (self.releases / "latest").resolve()
        self.seen.add(release.name)
        known = parsed((release / "release.json").read_text(encoding="utf-8"))["files"]
        for resource in package["resources"]:
            for path in [resource["path"]] if isinstance(resource["path"], str) else resource["path"]:
                (self.releases / "latest" / path).stat()
                if (release / path).stat().st_size != known[path]["bytes"]:
                    self.faults.append(f"{release.name}/{path} is not whole")
        for path, facts in list(known.items())[self.rounds % 23 :: 23]:
            if hashlib.sha256((release / path).read_bytes()).hexdigest() != facts["sha256"]:
                self.faults.append(f"{release.name}/{path} has other bytes than release.json says")


def compete(home: Path, day: date) -> dict:
    """Start a run, then another one while the first goes on; both outcomes."""
    runner = start(home, "run", "--today", day)
    lock = home / ".lock.holder"
    while runner.poll() is None and not re.search(f'"pid": {runner.pid}', lock.read_text() if lock.exists() else ""):
        time.sleep(0.05)
    rival = start(home, "run", "--today", day)
    rival_output, _ = rival.communicate()
    first_was_running = runner.poll() is None
    output, _ = runner.communicate()
    return {
        "exit": runner.returncode, "output": output, "rival_exit": rival.returncode, "rival_output": rival_output,
        "first_was_running": first_was_running, "pid": runner.pid,
    }  # fmt: skip


# --------------------------------------------------------------------------- stages


def stage(make: Callable[[Path, Path], dict]) -> Callable[[Path], dict]:
    """A stage made once below pytest's folder (the one that its workers share), and what was observed on it.

    `make(folder, home)` gives plain values; a stage that failed says so to everyone who needs it.
    """

    @functools.wraps(make)
    def made(basetemp: Path) -> dict:
        folder = (basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp) / "daily_runs"
        folder.mkdir(exist_ok=True)
        note = folder / f"{make.__name__}.json"
        with (folder / f"{make.__name__}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                try:
                    observed = make(basetemp, folder / "home")
                except AssertionError as error:
                    observed = {"failed": str(error)}
                note.write_text(json.dumps(observed, default=str))
        observed = json.loads(note.read_text())
        assert "failed" not in observed, observed["failed"]
        return {**observed, "home": folder / "home", "folder": folder}

    return made


def simulated(home: Path, feed: str, truth: object, first: date, last: date, *arguments: object) -> None:
    """Deliveries of a feed, the same in each session; of an option that is given twice the second counts."""
    days = ("--from", first, "--until", last)
    vigie(home, "simulate", "--feed", feed, "--truth", truth, *days, "--seed", 11, *arguments)


@stage
def first_day(basetemp: Path, home: Path) -> dict:
    """Deliveries of every feed for all three days, and a run for the first; a copy of it is kept in `first_day`."""
    for feed, truth, rates in (
        ("sidep", official_file(EXTRACT, f"sidep/{DEPARTEMENTS}"), RATES),
        ("sivic", EXTRACT / "sivic", STAY_RATES),
    ):
        given = [argument for name, rate in rates.items() for argument in ("--rate", f"{name}={rate}")]
        simulated(home, feed, truth, *WEEK, "--format", "csv", *given)
        # The official week is complete on its last day: what comes after it is made up.
        simulated(home, feed, "builtin", THIRD_DAY, THIRD_DAY, "--size", 60, "--seed", 12)
    for feed in ("oscour", "sos_medecins"):
        simulated(home, feed, "builtin", WEEK[0] - timedelta(7), THIRD_DAY, "--size", 300)
    deliver_edge_cases(home, WEEK[0] - timedelta(14), WEEK[0] - timedelta(1), people=120, until=THIRD_DAY)
    landed = home / "landing" / "sidep"
    # A file of days ago once more, on the day that will be killed. None of the official week: a row of the future that
    # was rejected then would not be one any more.
    again = min(landed.glob("*/edge_a.csv.gz"))
    shutil.copy(again, landed / str(SECOND_DAY) / f"again_{again.name}")
    vigie(home, "run", "--today", FIRST_DAY)
    shutil.copytree(home, home.with_name("first_day"), symlinks=True)
    return {"release": latest(home), "status": status_of(home)}


def copy_of_first_day(basetemp: Path, home: Path) -> None:
    """Make a home of the first day released, to be changed at will."""
    shutil.copytree(first_day(basetemp)["folder"] / "first_day", home, symlinks=True)


@stage
def altered_day(basetemp: Path, home: Path) -> dict:
    """The first day run again when a cube was altered by hand; then the warehouse is as it was."""
    before = first_day(basetemp)["release"]
    warehouse, kept = home / "warehouse" / "vigie.duckdb", home.with_name("kept.duckdb")
    shutil.copy(warehouse, kept)
    with duckdb.connect(str(warehouse)) as connection:
        cube = "vigie_intermediate.int_testing__cube_days"
        connection.execute(f"update {cube} set tests = tests + 1 where geo_level = 'FRA' and sex = 'F'")
        connection.execute("delete from gate.results where node like '%int_testing__cube_days_adds_up%'")
    process = start(home, "run", "--today", FIRST_DAY)
    output, _ = process.communicate()
    status = status_of(home)
    os.replace(kept, warehouse)
    return {
        "exit": process.returncode, "output": output, "status": status, "before": before, "release": latest(home)
    }  # fmt: skip


@stage
def second_day(basetemp: Path, home: Path) -> dict:
    """The second day: killed again and again, half of it in the UI, released on the way, then run to its end against a
    competitor; read all along. Its warehouse is kept in `second_day/`."""
    released = [first_day(basetemp)["release"], altered_day(basetemp)["release"]]
    between = []
    reader = Reader(home / "releases")
    reader.start()
    try:
        in_run, in_build, in_release = KILLED_AT
        killed(home, in_run[1], in_run[0], "--today", SECOND_DAY)
        killed(home, in_build[1], in_build[0])
        between.append(release(home, SECOND_DAY))
        in_the_ui(home, SEED_IN_THE_UI)
        between.append(release(home, SECOND_DAY))
        killed(home, in_release[1], in_release[0], "--today", SECOND_DAY)
        observed = compete(home, SECOND_DAY)
    finally:
        reader.stop()
    shutil.copytree(home / "warehouse", home.with_name("second_day") / "warehouse")
    last = latest(home)
    left = {path.name for path in (home / "releases").iterdir()} - {".lock", "latest"}
    return {
        **observed, "rounds": reader.rounds, "seen": sorted(reader.seen), "faults": reader.faults[:20],
        "first": released[0], "between": between, "release": last, "left": sorted(left),
        "released": sorted({*released, *between, last}),
    }  # fmt: skip


@stage
def built_day(basetemp: Path, home: Path) -> dict:
    """The second day landed and built on a copy of the first, in folder `built_day`; not released."""
    built = home.with_name("built_day")
    copy_of_first_day(basetemp, built)
    vigie(built, "land", "--today", SECOND_DAY)
    vigie(built, "build")
    return {}


@stage
def looked_back(basetemp: Path, home: Path) -> dict:
    """When the deliveries of the third day are in the lake, what was known on the second, built anew from it."""
    second_day(basetemp)
    land(Home(home), THIRD_DAY)
    vigie(home, "build", "--as-of", SECOND_DAY)
    return {}
