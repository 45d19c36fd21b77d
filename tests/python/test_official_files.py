"""The extract of official figures is what was published, and the archive is used where it is there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest
from official_files import ARCHIVE, EXTRACT
from small_epidemic import REPOSITORY

FILES = sorted(path.relative_to(EXTRACT) for path in EXTRACT.rglob("*.csv"))


def test_the_extract_holds_stocks_flows_and_tests() -> None:
    """A thousand rows, in less than 100 KB."""
    lines = sum(len((EXTRACT / file).read_text(encoding="utf-8").splitlines()) - 1 for file in FILES)
    assert lines == 986
    assert sum(path.stat().st_size for path in EXTRACT.rglob("*")) < 100_000


@pytest.mark.archive
@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_row_of_the_extract_is_one_of_the_archive(file) -> None:
    """Under the same header, byte for byte."""
    header, *rows = (EXTRACT / file).read_text(encoding="utf-8").splitlines()
    with gzip.open(ARCHIVE / f"{file}.gz", "rt", encoding="utf-8") as stream:
        official_header, *official = stream.read().splitlines()
    assert header == official_header
    assert rows and set(rows) <= set(official)


@pytest.mark.archive
@pytest.mark.parametrize(("chosen", "code"), [("extract", 1), pytest.param("fra", 0, marks=pytest.mark.long)])
def test_in_ci_a_run_that_does_not_use_the_archive_fails(chosen, code) -> None:
    """Though every test of it has passed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/python/test_rates_against_official.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, "-k", chosen], cwd=REPOSITORY, env=environment | {"CI": "true"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert "failed" not in done.stdout.splitlines()[-1]
    assert ("the archive of official files was not used" in done.stdout) == bool(code)
