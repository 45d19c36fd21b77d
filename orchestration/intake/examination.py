"""A file that came in is tried by the code of landing, in a process apart: it may be made to break a reader."""

import datetime as dt
import gzip
import multiprocessing
import os
import resource
import zlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from orchestration.errors import told
from orchestration.intake.words import Refused
from orchestration.landing.contract import Contract
from orchestration.landing.trial import Trial, tried

#: The bytes that a compressed file may expand to.
EXPANDED = 2**30
#: Seconds, and bytes of memory, that the trial of a file may take.
SECONDS, MEMORY = 120, 4 * 2**30
#: Bytes that are expanded at a time.
_CHUNK = 2**20

#: Tries a file, whose name says its format, under a contract and a day of receipt, in an empty folder.
Examiner = Callable[[Path, Contract, dt.date, Path], Trial]


def examined(file: Path, contract: Contract, received_on: dt.date, folder: Path) -> Trial:
    """What landing would make of a file; one that expands beyond the bound is refused before it is read."""
    if file.name.endswith(".gz") and _expands(file):
        return Trial(False, f"the compressed file expands to more than {EXPANDED} bytes; expected less in one file")
    return tried(file, contract, received_on, folder)


def examined_apart(
    file: Path, contract: Contract, received_on: dt.date, folder: Path, *, seconds: float = SECONDS
) -> Trial:
    """The same in a process of its own, of bounded time and memory; raises Refused when it does not come to an end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["orchestration.cli", __name__])
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_apart, args=(sending, file, contract, received_on, folder), daemon=True)
    process.start()
    sending.close()
    try:
        found = receiving.recv() if receiving.poll(seconds) else None
    except EOFError:
        found = None
    finally:
        process.kill()
        process.join()
        receiving.close()
    if not isinstance(found, Trial):
        raise Refused(503, "busy") from (RuntimeError(found) if found else None)
    return found


def _apart(sending: Connection, file: Path, contract: Contract, received_on: dt.date, folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # What is tried here is thrown away: the secret of the home has no place in it.
    os.environ.pop("VIGIE_SECRET_FILE", None)
    try:
        sending.send(examined(file, contract, received_on, folder))
    except Exception as error:
        # Not as it is: what an engine says may quote the file.
        sending.send(told(error))


def _expands(file: Path) -> bool:
    size = 0
    try:
        with gzip.open(file, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > EXPANDED:
                    return True
    except (OSError, EOFError, zlib.error):
        # Landing says what is wrong with it.
        return False
    return False
