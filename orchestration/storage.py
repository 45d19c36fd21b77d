"""What has to survive a kill, a full disk or a power cut: writing a file whole, sync, locks and fingerprints.

A name is on the disk only when the folder that holds it has been synced. So nothing that relies on a new file (the
removal of the old one, an entry that says it is there) comes before `publish` or `write_whole` has returned.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from orchestration.errors import VigieError

#: Seconds that a process waits for a lock before it is refused; `$VIGIE_LOCK_WAIT` says otherwise.
LOCK_WAIT = 10.0


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force every file and folder below `folder` to the disk. A file that has another name besides, a link to what was
    published before, got there under that one."""
    for root, _, files in os.walk(folder, topdown=False):
        for name in files:
            path = Path(root) / name
            if path.lstat().st_nlink == 1:
                sync(path)
        sync(Path(root))


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, on the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def publish(written: Path, path: Path) -> None:
    """Give a complete file or folder its name: after this, and not before, others see it, whole, and for good."""
    make_folder(path.parent)
    sync(written)
    os.replace(written, path)
    sync(path.parent)


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a small file (UTF-8) whole or not at all: a reader sees what was there before, or all of the new one.

    `mode` is who may read and write it, less what the umask takes away.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch(mode)
        draft.write_text(text, encoding="utf-8")
        publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def remove(*paths: Path) -> None:
    """Remove files, those that exist, for good: when this returns none of them comes back."""
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({path.parent for path in paths}):
        if folder.is_dir():
            sync(folder)


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> tuple[int, ...]:
    """What tells one state of a file from another within a process: inode, times of change in nanoseconds, bytes.

    By it what was read of a file is kept until it is another one. Raises FileNotFoundError when there is none.
    """
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size


@contextmanager
def locked(
    path: Path, what: str, *, wait: float | None = None, again: bool = False, reads: bool = False
) -> Iterator[None]:
    """Hold the lock `path` for one process, as `what`; it is free again when the process ends, however it ends.

    Another process is waited for: `wait` seconds, by default those of `$VIGIE_LOCK_WAIT`, for ever when negative; one
    that only `reads` until it has ended, since a look at the home must not cost a run.
    Raises VigieError, naming the holder, when the lock is still held then, or when this process holds it already and
    may not take it `again`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, is_singleton=True, thread_local=False, fallback_to_soft=False)
    try:
        _take(lock, path, _lock_wait() if wait is None else wait)
    except OSError as error:
        raise VigieError(f"{path} cannot be locked: {error.strerror}. Make its folder one that can be.") from error
    try:
        held_before = lock.lock_counter > 1
        if held_before and not again:
            raise _refused(path)
        with nullcontext() if held_before else _named(path, what, reads):
            yield
    finally:
        lock.release()


def _take(lock: FileLock, path: Path, patience: float) -> None:
    while True:
        try:
            lock.acquire(timeout=patience)
            return
        except Timeout:
            if _holder(path).get("reads"):
                patience = max(patience, 0.1)
                continue
            raise _refused(path) from None


def is_locked(path: Path) -> bool:
    """Whether a process, this one or another, holds the lock. To ask takes nothing, so that nobody is in its way."""
    try:
        with open(_record(path), "rb") as record:
            # The holder has locked its own record, of which the file is new each time: the lock itself is not touched.
            fcntl.flock(record, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _lock_wait() -> float:
    text = os.environ.get("VIGIE_LOCK_WAIT", "")
    try:
        return max(0.0, float(text)) if text else LOCK_WAIT
    except ValueError:
        raise VigieError(f"VIGIE_LOCK_WAIT is '{text}': give a number of seconds, such as 30.") from None


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder")


@contextmanager
def _named(path: Path, what: str, reads: bool) -> Iterator[None]:
    """Say beside the lock who holds it; the record is locked as long as its writer lives."""
    record, draft = _record(path), path.with_name(f"{path.name}.draft")
    since = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    with open(draft, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps({"pid": os.getpid(), "since": since, "what": what, "reads": reads}))
        file.flush()
        os.replace(draft, record)
        try:
            yield
        finally:
            record.unlink(missing_ok=True)


def _holder(path: Path) -> dict[str, Any]:
    """What the holder of a lock has said of itself; empty when that cannot be read."""
    try:
        return json.loads(_record(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _refused(path: Path) -> VigieError:
    holder = _holder(path)
    who = "Another process is writing."
    if holder:
        who = f"`{holder['what']}` (process {holder['pid']}) has been writing since {holder['since']}."
    return VigieError(f"{who} Wait for it to end, then start again.")
