"""The official files that proofs go in from and must come out as: the archive, and an extract that every clone has.

The archive (`../shared/golden`) is not part of the repository. A test that needs it bears the mark `archive` and is
left out where there is none; the summary then says that official figures were proved on the extract only. In CI
(`CI=true`) a run that had the archive and passed no test with it fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ARCHIVE = REPOSITORY.parent / "shared" / "golden"
EXTRACT = REPOSITORY / "tests" / "data" / "official"

#: SurSaUD was published as a workbook; the extract has rows of its sheets as CSV.
WORKBOOK = ARCHIVE / "sursaud" / "sursaud-covid19-quotidien-2020-04-21-19h00.xlsx"

#: For a test on the extract that takes long: where the archive is, it proves the same and more.
INSTEAD_OF_ARCHIVE = pytest.mark.long if ARCHIVE.is_dir() else ()
#: For the parameters of a test that reads either folder.
FOLDERS = [
    pytest.param(ARCHIVE, marks=pytest.mark.archive, id="archive"),
    pytest.param(EXTRACT, marks=INSTEAD_OF_ARCHIVE, id="extract"),
]


def official_file(folder: Path, name: str) -> Path:
    """A file of one of the folders by its name without suffix, `sidep/sp-pos-quot-fra_2022-03-21`."""
    return folder / f"{name}.csv.gz" if folder == ARCHIVE else folder / f"{name}.csv"
