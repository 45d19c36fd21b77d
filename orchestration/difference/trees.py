"""The two trees of a comparison: a commit, taken out of the repository into a folder apart, and the files as they lie.

The checkout of the user is read and never written: neither its index nor its list of worktrees.
"""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.difference.made import Place, environment
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.warehouse.project import ENGINES

#: What dbt has parsed of a tree, from which another tree is parsed: only files that differ are read again.
PARSED = "partial_parse.msgpack"
#: Commits of which the manifest is kept, the last ones that were compared with.
KEPT = 5


class StepFailed(VigieError):  # noqa: N818 - it is told like any other
    """A tree that cannot be built: it does not parse, or declares what may not be published."""


@dataclass(frozen=True)
class Tree:
    """A tree, and the place where it works."""

    name: str
    folder: Path
    place: Place

    def step(self, step: str, day: str, **asked: Any) -> Any:
        """Have the code of the tree do a step (see `made`), and give its answer; raises StepFailed with what it
        says."""
        self.place.edge.mkdir(parents=True, exist_ok=True)
        self.place.target.mkdir(parents=True, exist_ok=True)
        answer = self.place.edge / f"{self.name}-{step}.json"
        place = {name: str(folder) for name, folder in vars(self.place).items()}
        request = {"step": step, "day": day, "place": place, "answer": str(answer), **asked}
        with subprocess.Popen(
            [sys.executable, "-m", "orchestration.difference"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=environment(self.place, self.folder),
            text=True,
            process_group=0,
        ) as process:
            try:
                _, said = process.communicate(json.dumps(request) + "\n")
            except BaseException:
                # With the dbt that it has called, which would go on writing where everything is about to go.
                os.killpg(process.pid, signal.SIGKILL)
                raise
        if process.returncode:
            raise VigieError(f"The {self.name} could not be compared ({step}): {said.strip()}")
        told = json.loads(answer.read_text(encoding="utf-8"))
        if "failed" in told:
            # A report is read by others: it names no folder of this machine.
            said = told["failed"].replace(f"{self.folder}/", "").replace(str(self.place.root), "$VIGIE_HOME")
            raise StepFailed(said)
        return told["done"]


def git(*words: str) -> str:
    """What git says in the project. Raises VigieError with its own message when it refuses."""
    try:
        done = subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise VigieError("There is no git on the PATH, which knows what to compare with: install it.") from error
    if done.returncode:
        raise VigieError(f"git {words[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def commit_of(ref: str) -> str:
    """The commit that a name stands for. Raises VigieError when there is none."""
    try:
        return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except VigieError as error:
        raise VigieError(
            f"'{ref}' names no commit of this repository. Name a branch, a tag or a commit with --base (BASE=... of "
            "make diff); of a shallow clone, fetch it first."
        ) from error


def left_from(tip: str) -> str:
    """The commit at which the working tree left the line of another commit: what that line has done since is no part
    of the change. Raises VigieError when they have none in common."""
    try:
        return git("merge-base", tip, "HEAD")
    except VigieError as error:
        raise VigieError(
            f"The working tree and {tip[:12]} have no commit in common. Name with --base what the change begins from; "
            "of a shallow clone, fetch more of it first."
        ) from error


def head() -> Mapping[str, Any]:
    """The commit of the working tree, and whether files have been modified or added since."""
    return {"commit": commit_of("HEAD"), "modified": bool(git("status", "--porcelain"))}


def take_out(commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder. Raises VigieError when it cannot compare yet."""
    archive = subprocess.run(["git", "archive", "--format=tar", commit], cwd=PROJECT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    if not (folder / "orchestration" / "difference" / "__main__.py").is_file():
        raise VigieError(f"The commit {commit[:12]} is from before `vigie diff`: name a later one with --base.")


def kept_of(home: Home, commit: str) -> Path:
    """Where the manifest and the definitions of a commit are kept, of the engines that are installed."""
    engines = hashlib.sha256(repr([version(engine) for engine in ENGINES]).encode()).hexdigest()
    return home.difference / "commits" / f"{commit}-{engines[:8]}"


def begin_from(parsed: Path, target: Path) -> None:
    """Have dbt parse into `target` what differs from what another tree was parsed from."""
    if (parsed / PARSED).is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parsed / PARSED, target / PARSED)


def forget_old(kept: Path) -> None:
    """Keep what was parsed of the last commits that were compared with, and no more."""
    folders = sorted((each for each in kept.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder)
