"""One writer at a time: a lock on the home, held for the whole of a run."""

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.errors import VigieError
from orchestration.home import Home

# The command line takes the lock before Dagster starts, the run's resource asks for it again.
_held: set[str] = set()


@contextmanager
def only_writer(home: Home, what: str) -> Iterator[None]:
    """Hold the lock of the home; free again when the process ends, however it ends.

    Raises VigieError at once, naming the holder, when another process writes. A process that holds it already goes on.
    """
    path = home.lock
    if str(path) in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise VigieError(f"{_holder(path.read_text())} Wait for it to end, then start again.") from None
        file.truncate(0)
        started = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "since": started, "what": what}))
        file.flush()
        _held.add(str(path))
        try:
            yield
        finally:
            _held.discard(str(path))
            file.truncate(0)


def is_writing(home: Home) -> bool:
    """Whether a process, this one or another, holds the lock of the home."""
    if str(home.lock) in _held:
        return True
    if not home.lock.exists():
        return False
    with open(home.lock, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
    except ValueError:
        return "Another process is writing to this home."
    return f"`{holder['what']}` (process {holder['pid']}) has been writing since {holder['since']}."
