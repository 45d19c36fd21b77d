"""The extract of official figures is what was published, and the archive is used where it is there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest
from brute_force_sursaud import workbook_rows
from official_files import ARCHIVE, EXTRACT, WORKBOOK
from small_epidemic import REPOSITORY

#: The labels of classes, which the archive has as JSON, are held to it where they are used (`test_disclosure.py`).
FILES = sorted(path.relative_to(EXTRACT) for path in EXTRACT.rglob("*.csv") if not path.name.startswith("sg-epci"))
#: These were sheets of a workbook.
SHEETS = {
    "sursaud/sursaud-covid19-quotidien-departement_2020-04-21.csv": 1,
    "sursaud/sursaud-covid19-quotidien-region_2020-04-21.csv": 2,
}


def test_the_extract_holds_rows_of_every_official_source() -> None:
    """More than a thousand rows, in less than 100 KB."""
    lines = sum(len((EXTRACT / file).read_text(encoding="utf-8").splitlines()) - 1 for file in FILES)
    assert lines == 1380
    assert sum(path.stat().st_size for path in EXTRACT.rglob("*")) < 100_000


@pytest.mark.archive
@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_row_of_the_extract_is_one_of_the_archive(file) -> None:
    """Under the same header, byte for byte; of a workbook cell by cell."""
    header, *rows = (EXTRACT / file).read_text(encoding="utf-8").splitlines()
    if str(file) in SHEETS:
        official_header, *official = [";".join(row) for row in workbook_rows(WORKBOOK, SHEETS[str(file)])]
    else:
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
