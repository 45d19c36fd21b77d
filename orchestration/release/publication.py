"""Atomic publication: a folder nobody sees until it is complete, then one symbolic link that moves.

Layout of `releases/`: `<id>/` complete releases, `latest` a relative link to one of them, `.<id>.partial/` a
release being written, `.publishing` the id of a release about to be shown, `.lock` held by the one that writes.
"""

import datetime as dt
import os
import re
import shutil
import stat
from contextlib import AbstractContextManager
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.storage import locked, remove, sync, write_whole
from orchestration.storage import publish as give_name

LATEST = "latest"
PARTIAL = ".partial"
PUBLISHING = ".publishing"
#: What stands at the address of a release that was retracted, beside a page.
RETRACTED = "retracted.txt"
RELEASE_ID = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?")


def locked_releases(releases: Path, what: str) -> AbstractContextManager[None]:
    """The lock of who writes into `releases/`, as `what`."""
    return locked(Path(releases) / ".lock", what)


def latest_release(releases: Path) -> Path | None:
    """The folder that `latest` shows, or None before the first release."""
    link = Path(releases) / LATEST
    return link.resolve() if link.is_symlink() and link.exists() else None


def next_id(releases: Path, today: dt.date) -> str:
    """`<today>`, or `<today>-2`, `<today>-3`… when the day already has releases."""
    taken = [m for p in Path(releases).iterdir() if (m := RELEASE_ID.fullmatch(p.name)) and m[1] == str(today)]
    ranks = [int(m[2] or 1) for m in taken]
    return f"{today}-{max(ranks) + 1}" if ranks else f"{today}"


def clean_leftovers(releases: Path) -> list[str]:
    """Remove what interrupted releases left behind; the names removed. To be called under the lock."""
    removed = []
    marker = Path(releases) / PUBLISHING
    if marker.exists():
        # Complete, but interrupted before `latest` moved: nobody has seen it, so its name is free again.
        unseen = marker.read_text().strip()
        latest = latest_release(releases)
        if RELEASE_ID.fullmatch(unseen) and (latest is None or latest.name != unseen):
            shutil.rmtree(Path(releases) / unseen, ignore_errors=True)
            removed.append(unseen)
            sync(Path(releases))
        remove(marker)
    for path in sorted(Path(releases).iterdir()):
        if path.name.startswith(".") and path.name.endswith(PARTIAL):
            shutil.rmtree(path)
            removed.append(path.name)
        elif path.name.startswith(f".{LATEST}."):
            path.unlink()
            removed.append(path.name)
    return removed


def open_staging(releases: Path, release_id: str) -> Path:
    """Create the hidden folder in which the release is written, on the same filesystem."""
    staging = Path(releases) / f".{release_id}{PARTIAL}"
    staging.mkdir(mode=0o700, parents=True)
    return staging


def open_to_all(staging: Path) -> None:
    """Let everybody on the machine read what is written, and nobody change it: of a home, this alone is public."""
    for path in (staging, *staging.rglob("*")):
        mode = 0o755 if path.is_dir() else 0o444
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)


def publish(releases: Path, staging: Path, release_id: str) -> Path:
    """Give the written folder its name. `latest` is not moved. Raises VigieError if the name is taken."""
    final = Path(releases) / release_id
    if final.exists():
        raise VigieError(f"The release {release_id} already exists; run again for the next number.")
    write_whole(Path(releases) / PUBLISHING, release_id)
    give_name(staging, final)
    return final


def flip_latest(releases: Path, release_id: str) -> None:
    """Point `latest` at the release, in one atomic step."""
    link = Path(releases) / f".{LATEST}.{os.getpid()}"
    link.unlink(missing_ok=True)
    os.symlink(release_id, link)
    os.replace(link, Path(releases) / LATEST)
    # The link is on the disk before the marker goes: without it the release would be taken for one never seen.
    sync(Path(releases))
    remove(Path(releases) / PUBLISHING)
