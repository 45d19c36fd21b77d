"""The table of guards, and what happens to a test when a guard is taken out.

A guard is a text of the product: `tests/guards/*.yml` say, for each, the file and the text (`old`), the text without
the guard (`new`), and the test that must then fail. Guards are taken out in a copy of the tree, one after the other,
and each test runs there in a process of its own, forked from one that has the libraries already.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = REPOSITORY / "tests" / "guards"
#: What a copy of the tree does without.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".uv", "var", ".hypothesis", ".pytest_cache", ".ruff_cache")
_LIBRARIES = [
    "click", "cryptography.hazmat.bindings._rust", "dagster._core.storage.event_log.sqlite", "dagster_dbt", "duckdb",
    "frictionless", "holidays", "hypothesis", "jinja2", "markdown_it", "pandas", "pyarrow.parquet", "pydantic",
    "pytest", "python_calamine", "rich.console", "sqlalchemy", "structlog", "syrupy", "vl_convert", "yaml",
]  # fmt: skip
#: A test that fails with one of these fails for the words that were put in, not for the guard that is missing.
_BROKEN = re.compile(
    r"\b(NameError|UnboundLocalError|SyntaxError|IndentationError|ImportError|ModuleNotFoundError|AttributeError"
    r"|TemplateSyntaxError|UndefinedError|ParserException|BinderException|CatalogException|Parser Error|Binder Error"
    r"|Catalog Error|Compilation Error)\b"
)

#: What the process that runs the tests says first.
READY = "ready\n"


@dataclass(frozen=True)
class Guard:
    """A guard of the product. `long` when its test takes more than two seconds."""

    part: str
    guard: str
    file: str
    old: str
    new: str
    test: str
    long: bool = False

    def __str__(self) -> str:
        """As tests are named."""
        return f"{self.part}: {self.guard}"

    def fault(self) -> str:
        """Why the entry cannot be tried; empty when it can."""
        path = REPOSITORY / self.file
        if not path.is_file():
            return f"there is no file {self.file}"
        found = path.read_text(encoding="utf-8").count(self.old)
        if found != 1:
            return f"`old` stands {found} times in {self.file}, not once"
        return "`new` is `old`" if self.new == self.old else ""


def read_table(folder: Path = TABLE) -> list[Guard]:
    """Every guard of the table, by part; a TypeError when an entry has other keys than a guard."""
    return [
        Guard(part=path.stem, **entry)
        for path in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


class Bench:
    """A copy of the tree, and a process that runs tests in it. To be used as a context."""

    def __init__(self, folder: Path, long: bool = False) -> None:
        """Name the folder, which does not exist yet; `long` includes the tests marked so."""
        self.tree, self._long = folder / "tree", long

    def __enter__(self) -> Bench:
        """Copy the tree and start the process."""
        shutil.copytree(REPOSITORY, self.tree, ignore=LEFT_OUT, symlinks=True)
        official = REPOSITORY.parent / "shared"
        if official.is_dir():
            (self.tree.parent / "shared").symlink_to(official)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment |= {
            # The command line that a test starts is that of the copy, too.
            "PYTHONPATH": str(self.tree),
            "VIGIE_HOME": str(self.tree.parent / "home"),
            "VIGIE_PARSED_HOME": str(self.tree.parent / "parsed"),
            "VIGIE_LONG": "1" if self._long else "",
        }
        command = [sys.executable, str(self.tree / "tests" / "python" / Path(__file__).name)]
        self._process = subprocess.Popen(
            command, cwd=self.tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        # Its start takes seconds, which are no test's.
        assert self._process.stdout.readline() == READY, "the process that is to run the tests has died"
        return self

    def __exit__(self, *_: object) -> None:
        """End the process and remove the copy."""
        self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self.tree.parent)

    def without(self, guard: Guard, seconds: float) -> str:
        """What the test of a guard does without it: `fails: ...` is what it should do, anything else is not.

        The rest are `passes`, `skipped`, `broken: ...` (an error of the words put in, or before the test itself) and
        `not ended`, when it took longer than `seconds`.
        """
        path = self.tree / guard.file
        before = path.read_bytes()
        _rewrite(path, before.decode().replace(guard.old, guard.new).encode())
        try:
            return self._run(guard.test, seconds)
        finally:
            _rewrite(path, before)

    def _run(self, test: str, seconds: float) -> str:
        self._process.stdin.write(json.dumps([test, seconds]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that runs the tests has died"
        return json.loads(answer)


def _rewrite(path: Path, content: bytes) -> None:
    """Write a file of the copy with a later time of change: bytecode and manifests are made again by that."""
    last = path.stat().st_mtime
    path.write_bytes(content)
    now = max(time.time(), last + 2)
    os.utime(path, (now, now))


# --------------------------------------------------------------------------- in the process that runs the tests


class _Verdict:
    """A plugin of pytest that keeps what became of the one test."""

    def __init__(self) -> None:
        self.said = "broken: no test was run"

    def pytest_runtest_makereport(self, item, call):
        """Keep how the call ended, and what failed around it."""
        if call.excinfo is None:
            if call.when == "call":
                self.said = "passes"
        elif call.excinfo.typename == "Skipped":
            self.said = "skipped"
        elif call.when != "teardown":
            errors, error = [], call.excinfo.value
            while error is not None:
                errors.append(f"{type(error).__name__}: {error}")
                error = error.__cause__
            first = errors[0].splitlines()[0][:150]
            found = _BROKEN.search("\n".join(errors))
            if found:
                self.said = f"broken: {found.group()} in {call.when}, {first}"
            elif call.when == "call" or isinstance(call.excinfo.value, AssertionError):
                self.said = f"fails: {first}"
            else:
                self.said = f"broken: {call.when}, {first}"


def _run_forked(test: str, seconds: float) -> str:
    """Run one test in a child, with all that it starts in a group of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        import pytest

        verdict = _Verdict()
        with tempfile.TemporaryDirectory() as folder:
            options = ["-q", "-x", "-p", "no:cacheprovider", "--basetemp", str(Path(folder) / "tests")]
            pytest.main([*options, test], plugins=[verdict])
        os.write(write, verdict.said.encode())
        os._exit(0)
    os.close(write)
    said = b""
    if select.select([read], [], [], seconds)[0]:
        while chunk := os.read(read, 65_536):
            said += chunk
    else:
        said = b"not ended"
    os.close(read)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(child, 0)
    return said.decode() or "broken: the process of the test died"


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    for name in _LIBRARIES:
        __import__(name)
    import pytest

    # There is nothing to collect here; pytest loads its plugins. What is in memory by now is of no concern to the
    # garbage collection of the children.
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        pytest.main(["-q", "--collect-only", "-p", "no:cacheprovider", str(TABLE)])
    gc.freeze()
    answers.write(READY)
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(_run_forked(*json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
