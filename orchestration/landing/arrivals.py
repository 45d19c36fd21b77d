"""What stands in the landing folder: the files that are to land, and what waits there and why.

The folder belongs to the producers: anything may lie in it, and nothing of it is trusted. A name is escaped before
it is said or written anywhere; a link that leads out of the folder is not followed.
"""

import datetime
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import told
from orchestration.home import Home
from orchestration.landing.contract import Contract, read_contracts

#: Ends of names under which a file is written or sent before it gets its own.
STILL_WRITTEN = (".tmp", ".part", ".filepart", ".partial")

#: End of the name of a control file: one line `name;rows;sha256`, beside the file that it is about.
CONTROL = ".control"


@dataclass(frozen=True)
class Arrival:
    """A file in the landing folder. `received_on` is the date of its folder, None when that is not a date.

    `feed` and `file` are its place as it is said and noted, escaped; `path` is where it is opened.
    """

    path: Path
    feed: str
    file: str
    received_on: datetime.date | None
    bytes: int
    mtime_ns: int

    @property
    def control(self) -> Path:
        """Its control file, whether it is there or not."""
        return self.path.with_name(self.path.name + CONTROL)


@dataclass(frozen=True)
class Waiting:
    """What stands in the landing folder and does not land now: its place in it, escaped, and why.

    `passes` says that it may land later though no name in the folder has changed.
    """

    path: str
    why: str
    passes: bool = False


def escaped(name: str | os.PathLike[str]) -> str:
    """A file name as text that can be shown: bytes that are no UTF-8 and characters that are no print are escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def arrivals(landing: Path, until: datetime.date, contracts: Mapping[str, Contract]) -> list[Arrival]:
    """The files that may land on the day `until`, in the order of receipt."""
    found = [each for each in _sorted_out(landing, until, contracts) if isinstance(each, Arrival)]
    return sorted(found, key=lambda a: (a.received_on or datetime.date.min, a.feed, a.file))


def waiting(home: Home, until: datetime.date, contracts: Mapping[str, Contract] | None = None) -> list[Waiting]:
    """What stands in the landing folder and does not land on the day `until`, by place.

    These are files still written (hidden, or named so), files of a day to come, files without their control file or
    changed too short a time ago, links that dangle or lead out of the folder, and what cannot be read or is no file.
    """
    contracts = read_contracts() if contracts is None else contracts
    found = [each for each in _sorted_out(home.landing, until, contracts) if isinstance(each, Waiting)]
    return sorted(found, key=lambda each: each.path)


def _sorted_out(landing: Path, until: datetime.date, contracts: Mapping[str, Contract]) -> Iterator[Arrival | Waiting]:
    if not landing.is_dir():
        return
    to_come: dict[tuple[str, datetime.date], int] = {}
    for each in _files(landing, landing.resolve()):
        if isinstance(each, Waiting):
            yield each
            continue
        contract = contracts.get(each.feed)
        if contract and contract.table.control and each.path.name.endswith(CONTROL):
            if not each.path.with_name(each.path.name.removesuffix(CONTROL)).exists():
                yield Waiting(f"{each.feed}/{each.file}", "a control file, and the file that it is about is not there")
            continue
        if each.received_on and each.received_on > until:
            place = (each.feed, each.received_on)
            to_come[place] = to_come.get(place, 0) + 1
            continue
        try:
            why = _unready(each, contract) if contract else ""
        except OSError as error:
            # Its producer has taken it away meanwhile: one file is in no other's way.
            why = f"cannot be read: {told(error)}"
        yield Waiting(f"{each.feed}/{each.file}", why, passes=True) if why else each
    for (feed, day), files in to_come.items():
        yield Waiting(f"{feed}/{day}", f"{files} file(s) of a day after {until}, that of the run")


def _unready(arrival: Arrival, contract: Contract) -> str:
    """Why a file is not taken yet, as its contract says; empty when it is."""
    if contract.table.control and not arrival.control.is_file():
        return f"its control file {escaped(arrival.control.name)} is not there"
    settling = contract.table.settling
    # The time of the last change of anything about the file: unlike that of its content, a sender cannot set it.
    if settling and time.time() - arrival.path.stat().st_ctime < settling:
        return f"changed less than {settling} seconds ago"
    return ""


def _files(
    landing: Path, base: Path, above: tuple[Path, ...] = (), folder: Path | None = None
) -> Iterator[Arrival | Waiting]:
    """What is below a folder of `landing`; `base` is the true path of that, `above` are those of the folders passed."""
    here = folder or landing
    try:
        with os.scandir(here) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Waiting(_place(landing, here), f"a folder that cannot be read: {error.strerror}")
        return
    true = here.resolve()
    for entry in found:
        path = Path(entry.path)
        try:
            target = path.resolve(strict=True) if entry.is_symlink() else true / entry.name
            kind = entry.stat().st_mode
            why = _why_not(entry, target, kind, base, (*above, true))
            arrival = _arrival(landing, path) if not why and stat.S_ISREG(kind) else None
        except (OSError, RuntimeError) as error:
            why = "a link that leads nowhere" if entry.is_symlink() else f"cannot be read: {told(error)}"
        if why:
            yield Waiting(_place(landing, path), why)
        elif arrival:
            yield arrival
        else:
            yield from _files(landing, base, (*above, true), path)


def _why_not(entry: os.DirEntry[str], target: Path, kind: int, base: Path, above: tuple[Path, ...]) -> str:
    """Why an entry of the landing folder is neither a file to land nor a folder to look into; empty when it is."""
    if entry.name.startswith("."):
        return "hidden: its name begins with a dot"
    if entry.name.lower().endswith(STILL_WRITTEN):
        return f"still being written: its name ends in {Path(entry.name).suffix.lower()}"
    if not target.is_relative_to(base):
        return "a link out of the landing folder, which is not followed"
    if target in above:
        return "a link to a folder that it stands in, which is not followed"
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return "neither a file nor a folder"
    return ""


def _place(landing: Path, path: Path) -> str:
    return escaped(path.relative_to(landing)) if path != landing else escaped(landing.name)


def _arrival(landing: Path, path: Path) -> Arrival:
    parts = path.relative_to(landing).parts
    feed, inside = (parts[0], parts[1:]) if len(parts) > 1 else ("_", parts)
    status = path.stat()
    return Arrival(
        path=path,
        feed=escaped(feed),
        file="/".join(escaped(part) for part in inside),
        received_on=_day(inside[0]) if len(inside) > 1 else None,
        bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
    )


def _day(name: str) -> datetime.date | None:
    # Not \d, which takes the digits of every script.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name):
        return None
    try:
        return datetime.date.fromisoformat(name)
    except ValueError:
        return None
