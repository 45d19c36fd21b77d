"""What survives a kill and a power cut: whole files, names on the disk before anything relies on them, and locks."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from disk_order import Disk

from orchestration.errors import VigieError
from orchestration.execution import prepare_dagster_home
from orchestration.home import Home
from orchestration.journal import Journal
from orchestration.release.publication import clean_leftovers, flip_latest, open_staging, publish
from orchestration.storage import is_locked, locked, make_folder, remove, stamp, write_whole

HELD = "import sys; from pathlib import Path; from orchestration.storage import is_locked, locked\n"
HELD += "with locked(Path(sys.argv[1]), 'vigie run'): print('held', flush=True); sys.stdin.read()"
PROBES = "import sys; from pathlib import Path; from orchestration.storage import is_locked\n"
PROBES += "print('probing', flush=True)\nwhile True: is_locked(Path(sys.argv[1]))"


def started(code: str, lock: Path) -> subprocess.Popen[str]:
    """A process that runs the code on a lock and has said so."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline()
    return process


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".lock"


# Writing ------------------------------------------------------------------------------------------------------


def test_a_state_file_is_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails while it is written: a full disk, a sync that is refused, a rename that is."""
    path = tmp_path / "state.json"
    write_whole(path, "old")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            with pytest.raises(OSError, match="No space"):
                write_whole(path, "new")
        assert path.read_text() == "old"
        assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
    write_whole(path, "new")
    assert path.read_text() == "new"


def test_every_write_is_another_state_of_a_file(tmp_path: Path) -> None:
    """Also one of as many bytes, of which the time of change is put back: what was read of it before holds no more."""
    path, seen = tmp_path / "state", set()
    for text in ("one", "two", "six"):
        write_whole(path, text)
        os.utime(path, ns=(0, 0))
        seen.add(stamp(path))
    assert len(seen) == 3


def test_names_are_on_the_disk_when_a_write_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path).hear(monkeypatch)
    write_whole(tmp_path / "a" / "b" / "one.json", "{}")
    write_whole(tmp_path / "a" / "b" / "two.json", "{}")
    remove(tmp_path / "a" / "b" / "one.json", tmp_path / "a" / "b" / "never.json")
    assert disk.faults == [] and disk.removed == ["a/b/one.json"]


def test_a_new_folder_is_on_the_disk_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_ino) or fsync(fd))
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_the_states_of_a_run_are_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its journal and Dagster's settings come by a rename, and are on the disk before the next one."""
    monkeypatch.setenv("VIGIE_HOME", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    disk = Disk(tmp_path).hear(monkeypatch)
    journal = Journal(tmp_path / "runs")
    journal.note(run_id="0123456789", started="2021-01-05T18:30:00.000+00:00")
    journal.note(state="running")
    prepare_dagster_home(Home(tmp_path))
    assert disk.faults == []
    assert disk.renamed == [f"runs/{journal.path.name}"] * 2 + ["dagster/dagster.yaml"]
    assert json.loads(journal.path.read_text())["state"] == "running"


def test_a_release_is_on_the_disk_before_latest_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path).hear(monkeypatch)
    for day in ("2021-01-05", "2021-01-06"):
        publish(tmp_path, open_staging(tmp_path, day), day)
        flip_latest(tmp_path, day)
    assert disk.faults == []
    assert disk.renamed == [".publishing", "2021-01-05", "latest", ".publishing", "2021-01-06", "latest"]
    assert disk.removed == [".publishing"] * 2
    assert clean_leftovers(tmp_path) == []


# Locks --------------------------------------------------------------------------------------------------------


def test_a_kill_frees_the_lock(lock: Path) -> None:
    process = started(HELD, lock)
    assert is_locked(lock)
    with pytest.raises(VigieError, match=rf"`vigie run` \(process {process.pid}\) has been writing since"):
        with locked(lock, "vigie land", wait=0):
            pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not is_locked(lock)
    with locked(lock, "vigie land", wait=0):
        assert is_locked(lock)
    assert not is_locked(lock)


def test_a_run_waits_a_short_time(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = started(HELD, lock)
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "0.3")
    began = time.monotonic()
    with pytest.raises(VigieError, match="Wait for it to end"), locked(lock, "vigie run"):
        pass
    assert time.monotonic() - began >= 0.3
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "20")
    process.stdin.close()
    with locked(lock, "vigie run"):
        assert str(os.getpid()) in lock.with_name(".lock.holder").read_text()
    process.wait()


def test_a_wait_that_is_no_number_is_said(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "soon")
    with pytest.raises(VigieError, match="VIGIE_LOCK_WAIT is 'soon'"), locked(lock, "vigie run"):
        pass


def test_a_process_takes_a_lock_again_where_it_may(lock: Path) -> None:
    with locked(lock, "vigie run"):
        with locked(lock, "Dagster run", again=True):
            assert is_locked(lock)
        assert is_locked(lock)
        with pytest.raises(VigieError, match="`vigie run`"), locked(lock, "a release"):
            pass
        assert is_locked(lock)
    assert not is_locked(lock)


def test_probes_in_a_loop_are_in_nobody_s_way(lock: Path) -> None:
    """Three of them, as fast as they can, against a run that does not wait at all: beside a living record, beside the
    one of a killed process, and beside none."""
    killed = started(HELD, lock)
    killed.kill()
    killed.wait()
    probes = [started(PROBES, lock) for _ in range(3)]
    try:
        for _ in range(300):
            with locked(lock, "vigie run", wait=0):
                pass
    finally:
        for probe in probes:
            probe.kill()
            probe.wait()


def test_a_probe_never_says_that_a_dead_process_writes(lock: Path) -> None:
    """Nor do probes take each other for a writer."""
    killed = started(HELD, lock)
    killed.kill()
    killed.wait()
    probes = [started(PROBES, lock) for _ in range(2)]
    try:
        assert not any(is_locked(lock) for _ in range(2000))
    finally:
        for probe in probes:
            probe.kill()
            probe.wait()
