"""A copy of a home from which it can be set up again, checked file by file against what was noted when it was made.

What is copied cannot be made again from anything else: deliveries, lake, releases, archive, journals, incidents,
receipts of senders and of recipients, and the warehouse, which keeps counts of rows that are retained no longer.
Secrets are not among it: their copies are kept apart.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.storage import fingerprint, locked, sync_tree, write_whole

PARTS = (
    *("landing", "lake", "warehouse", "releases", "archive", "runs", "incidents", "bulletins"),
    *("intake/receipts", "routing/receipts"),
)
#: What the copy holds, by path: bytes and SHA-256.
LIST = "backup.json"
Report = Callable[[str], None]


def back_up(home: Home, folder: Path, report: Report = lambda text: None) -> int:
    """Bring the copy in `folder` up to date with the home; how many files were copied.

    A file of the same size and time of change is not copied again. The list is written last, so that a copy that was
    cut short bears the list of before and does not pass for a new one. Raises VigieError when the folder lies in the
    home, or cannot be written.
    """
    if folder.resolve().is_relative_to(home.root):
        raise VigieError(f"{folder} lies in the home itself. Name a folder elsewhere, best on another disk.")
    copied, noted = 0, _noted(folder)
    # Releases share the files that have not changed: each is copied once, and is one file in the copy too.
    shared: dict[int, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(home.lock, "vigie backup", reads=True):
            facts: dict[str, dict] = {}
            for name, path in _files(home.root):
                report(f"Backup: {name}")
                status, target = path.lstat(), folder / name
                same = noted.get(name, {}).get("mtime_ns") == status.st_mtime_ns and target.exists()
                if path.is_symlink():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.unlink(missing_ok=True)
                    target.symlink_to(os.readlink(path))
                    facts[name] = {"link": os.readlink(path)}
                    continue
                twin = shared.setdefault(status.st_ino, name)
                if not same or target.stat().st_size != status.st_size:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.unlink(missing_ok=True)
                    if twin == name:
                        shutil.copy2(path, target)
                        copied += 1
                    else:
                        os.link(folder / twin, target)
                    noted.pop(name, None)
                known = noted.get(name) or facts.get(twin) or {"sha256": fingerprint(target)}
                facts[name] = {"bytes": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": known["sha256"]}
            for name in _noted(folder).keys() - facts.keys():
                (folder / name).unlink(missing_ok=True)
            sync_tree(folder)
            write_whole(folder / LIST, json.dumps(facts, indent=1, sort_keys=True))
    except OSError as error:
        raise VigieError(f"The backup in {folder} could not be written: {error.strerror}.") from error
    return copied


def restore(folder: Path, home: Home, report: Report = lambda text: None) -> int:
    """Set up an empty home from the copy in `folder`; how many files it holds.

    Every file is compared with what was noted of it before anything is written. Raises VigieError naming the first that
    differs, when there is no copy, or when the home is not empty.
    """
    noted = _noted(folder)
    if not noted:
        raise VigieError(f"There is no backup in {folder}: it has no {LIST}.")
    if any((home.root / part).exists() for part in PARTS):
        raise VigieError(f"{home.root} is not empty. Restore into a new home (VIGIE_HOME), then move it into place.")
    for name, facts in noted.items():
        report(f"Restore: checking {name}")
        path = folder / name
        whole = os.path.islink(path) if "link" in facts else path.is_file() and fingerprint(path) == facts["sha256"]
        if not whole:
            raise VigieError(f"{name} of the backup is not what was copied. Nothing was restored.")
    # Files that a release shares with the one before are one file again.
    made: dict[tuple[str, int], Path] = {}
    for name, facts in noted.items():
        report(f"Restore: {name}")
        target = home.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if "link" in facts:
            target.symlink_to(facts["link"])
            continue
        twin = made.get((facts["sha256"], facts["mtime_ns"])) if name.startswith("releases/") else None
        if twin:
            os.link(twin, target)
            continue
        shutil.copy2(folder / name, target)
        made[facts["sha256"], facts["mtime_ns"]] = target
    home.keep_private()
    return len(noted)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.is_symlink() or path.is_file():
                yield path.relative_to(root).as_posix(), path


def _noted(folder: Path) -> dict[str, dict]:
    try:
        return json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
