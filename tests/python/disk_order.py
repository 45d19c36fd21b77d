"""The order in which names reach the disk, heard where Python asks the system for it.

A rename or a removal is on the disk when its folder has been synced, and what a file holds when the file has. A power
cut keeps any part of what was not: so nothing may rely on it. `Disk` hears the calls and notes each that does.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

#: Files that say that something is under way: without them nobody looks for what a cut left.
NOTES = ("compaction.json", "erasure.parquet", ".publishing", "counting_version")


@dataclass
class Disk:
    """What was renamed and removed below `root`, and by folder what is not on the disk yet."""

    root: Path
    faults: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    _synced: set[tuple[int, int]] = field(default_factory=set)
    _named: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    _gone: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, monkeypatch: pytest.MonkeyPatch) -> Disk:
        """Hear what `os` is asked from now on."""
        for name, heard in (("fsync", self._fsync), ("replace", self._rename), ("unlink", self._unlink)):
            monkeypatch.setattr(os, name, self._then(getattr(os, name), heard))
        monkeypatch.setattr(os, "rename", os.replace)
        return self

    @staticmethod
    def _then(call: Callable, heard: Callable) -> Callable:
        def replacement(*arguments: object, **named: object) -> object:
            heard(*arguments, **named)
            return call(*arguments, **named)

        return replacement

    def _fsync(self, descriptor: int) -> None:
        there = os.fstat(descriptor)
        self._synced.add((there.st_dev, there.st_ino))
        self._named.pop((there.st_dev, there.st_ino), None)
        self._gone.pop((there.st_dev, there.st_ino), None)

    def _rename(self, source: object, target: object, **_: object) -> None:
        if not self._counts(target):
            return
        self._nothing_waits(f"{target} gets its name", self._named)
        if not Path(source).is_symlink() and _inode(source) not in self._synced:
            self.faults.append(f"{target} gets its name before its content is on the disk")
        # The file that bears this number next is another one.
        self._synced.discard(_inode(source))
        self._named[_inode(Path(target).parent)].append(str(target))
        self.renamed.append(str(Path(target).relative_to(self.root)))

    def _unlink(self, path: object, *, dir_fd: int | None = None) -> None:
        if dir_fd is not None or not self._counts(path) or not os.path.lexists(path):
            return
        self._nothing_waits(f"{path} goes", self._named)
        if Path(path).name in NOTES:
            self._nothing_waits(f"{path} goes", self._gone)
        self._gone[_inode(Path(path).parent)].append(str(path))
        self.removed.append(str(Path(path).relative_to(self.root)))

    def _nothing_waits(self, what: str, waiting: dict[tuple[int, int], list[str]]) -> None:
        self.faults += [f"{what} before {name} is on the disk" for names in waiting.values() for name in names]

    def _counts(self, path: object) -> bool:
        """Locks and drafts need not outlive a power cut."""
        parts = Path(path).relative_to(self.root).parts if Path(path).is_relative_to(self.root) else ()
        return bool(parts) and ".tmp" not in parts and not parts[-1].startswith((".lock", ".latest."))


def _inode(path: object) -> tuple[int, int]:
    there = os.stat(path)
    return there.st_dev, there.st_ino
