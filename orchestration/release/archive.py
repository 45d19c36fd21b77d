"""What stays in the home of a release: its private twin, `archive/<id>/release.json`.

The published folder says what the figures are and whether they may be relied on. What they were made from in detail
(the deliveries with their names and hashes, the account of each file, why an output is held) is told by the twin, for
the user of the home alone. It is complete on the disk before `latest` shows its release.
"""

import json
import shutil
from collections.abc import Mapping
from typing import Any

from orchestration.home import Home
from orchestration.release.publication import RELEASE_ID, latest_release
from orchestration.storage import make_folder, write_whole

FILE = "release.json"
# Twins kept of the releases that are still there; an older one explains nothing any more.
KEPT = 60


def keep(home: Home, release_id: str, facts: Mapping[str, Any]) -> None:
    """Write the twin of a release that is about to be shown: whole, on the disk, and for the user alone."""
    folder = home.archive / release_id
    make_folder(folder)
    for private in (home.archive, folder):
        private.chmod(0o700)
    write_whole(folder / FILE, json.dumps(facts, ensure_ascii=False, indent=1, default=str))


def read(home: Home, release_id: str | None) -> dict[str, Any]:
    """The twin of a release; empty when it has none."""
    try:
        return json.loads((home.archive / str(release_id) / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def release_ids(home: Home) -> list[str]:
    """The releases of which there is a twin, in the order in which they were made."""
    found = (path.name for path in home.archive.glob("*") if RELEASE_ID.fullmatch(path.name))
    return sorted(found, key=order)


def made(home: Home) -> list[str]:
    """Those of which the folder is there too, be it the notice that one was retracted; the last one was made last."""
    return [each for each in release_ids(home) if (home.releases / each).is_dir()]


def prune(home: Home) -> None:
    """Remove the twins of releases that are gone, and all but the last `KEPT`; that of `latest` always stays."""
    latest = latest_release(home.releases)
    for rank, release_id in enumerate(reversed(release_ids(home))):
        gone = not (home.releases / release_id).is_dir()
        if (gone or rank >= KEPT) and not (latest and latest.name == release_id):
            shutil.rmtree(home.archive / release_id)


def order(release_id: str) -> tuple[str, int]:
    """What ids of releases are sorted by."""
    match = RELEASE_ID.fullmatch(release_id)
    assert match
    return match[1], int(match[2] or 1)


def released_deliveries(home: Home) -> list[int] | None:
    """Keys of the deliveries that every explained figure of the last release already holds; None before the first one.

    The next release may have to explain all that came since, so that nothing later may be summed up with what was
    before. An output that is held stands on older deliveries than the others: `known` holds, by release that some
    figure stands on, the deliveries of then.
    """
    latest = latest_release(home.releases)
    known = read(home, latest.name).get("known") if latest else None
    return sorted(set.intersection(*map(set, known.values()))) if known else None
