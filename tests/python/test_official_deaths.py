"""Insee's official daily deaths go in as records of the civil registry, with every disturbance, and come out of the
file in the same layout unchanged.

A few days of each of its three years, of the archive or of the extract (`official_files`); with VIGIE_LONG=1 all days
of 2020 for which it has all deaths.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from pathlib import Path

import pytest
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, INSTEAD_OF_ARCHIVE, official_file
from rendered_models import Project
from test_as_of import Rendered

from orchestration.home import Home
from orchestration.simulator import simulate

NAME = "insee-deces-quotidiens-departement_2020-07-10"
FILES = {"archive": official_file(ARCHIVE, f"mortality/{NAME}"), "extract": official_file(EXTRACT, f"mortality/{NAME}")}
TABLE = "deces_quotidiens_departement"
MONTHS = ["mars", "avr.", "mai", "juin", "juil."]


def official_cells(path: Path, until: dt.date) -> dict[tuple[str, str, str], str]:
    """Every cell of the columns of a year, up to a day, by zone, day and column."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    known = {f"{day:02d}-{name}" for n, name in enumerate(MONTHS, start=3) for day in range(1, 32)
             if (n, day) <= (until.month, until.day)}  # fmt: skip
    columns = [name for name in rows[0] if name.endswith(str(until.year))]
    assert len(columns) == 2
    return {
        (row["Zone"], row["Date_evenement"], column): row[column]
        for row in rows
        if row["Date_evenement"] in known
        for column in columns
    }


@pytest.mark.parametrize(
    ("source", "last"),
    [
        pytest.param("archive", "2020-03-06", marks=pytest.mark.archive),
        pytest.param("archive", "2019-03-04", marks=pytest.mark.archive),
        pytest.param("archive", "2018-03-03", marks=pytest.mark.archive),
        # On 31 March, with the excess of 2020, and to the last day with all deaths.
        pytest.param("archive", "2020-06-29", marks=[pytest.mark.archive, pytest.mark.long]),
        pytest.param("extract", "2020-03-07", marks=INSTEAD_OF_ARCHIVE),
        pytest.param("extract", "2019-03-05"),
    ],
)
def test_every_cell_of_the_official_file_comes_out_again(source, last, tmp_path, record_property):
    home, end = Home(tmp_path / "home"), dt.date.fromisoformat(last)
    simulate(home, "insee_deces", FILES[source], dt.date(end.year, 3, 1), end, drawn_seed("deaths"), {})
    way = Rendered(home, Project.read(), TABLE)
    way.run(dt.date(2099, 1, 1))
    told = way.connection.execute(f"from {way.table(TABLE)}")
    header = [column[0] for column in told.description]
    found, others = {}, set()
    for row in told.fetchall():
        for column, count in zip(header[2:], row[2:], strict=True):
            if column.endswith(str(end.year)):
                found[row[1], row[0], column] = count
            else:
                others.add(count)
    expected = official_cells(FILES[source], end)
    places = {zone for zone, *_ in expected}
    differing = {cell: (told, found.get(cell)) for cell, told in expected.items() if found.get(cell) != told}
    assert not differing, dict(list(differing.items())[:20])
    # Nothing is counted elsewhere, and the other years are not known.
    if source == "archive":
        assert found.keys() == expected.keys()
    assert all(found[cell] == "0" for cell in found if cell[0] not in places and cell[0] != "France")
    assert others == {"NA"}
    record_property("proof", f"deaths: {len(expected):,} official cells to {last} compared, all equal")


def test_the_extract_is_part_of_the_archive():
    lines = FILES["extract"].read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 5 * 7
    if FILES["archive"].is_file():
        with gzip.open(FILES["archive"], "rt", encoding="utf-8") as stream:
            assert set(lines) <= set(stream.read().splitlines())


def test_a_year_that_begins_later_is_not_told(tmp_path):
    """What there was since 1 March is not known when the deaths begin on the next day."""
    home = Home(tmp_path / "home")
    simulate(home, "insee_deces", FILES["extract"], dt.date(2020, 3, 2), dt.date(2020, 3, 3), 1, {})
    way = Rendered(home, Project.read(), TABLE)
    assert way.run(dt.date(2099, 1, 1)).empty
