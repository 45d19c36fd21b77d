"""Official figures of SurSaUD go in as visits and acts, with every disturbance, and come out of the tables unchanged.

Both feeds are simulated from the official workbook, landed, and counted by the models' own SQL (see `rendered_models`);
then every cell of the three daily tables is that of the workbook, its empty cells included. A few days by default, of
the archive or of the extract (`official_files`); with VIGIE_LONG=1 the whole span of the workbook.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from brute_force_sursaud import COLUMNS, workbook_rows
from drawing import drawn_seed
from official_files import EXTRACT, INSTEAD_OF_ARCHIVE, WORKBOOK
from rendered_models import Project
from test_as_of import Rendered

from orchestration.home import Home
from orchestration.simulator import simulate

TABLES = {
    "dep": "sursaud_quotidien_departement",
    "reg": "sursaud_quotidien_region",
    "fra": "sursaud_quotidien_france",
}
#: What the workbook itself contradicts: in this département the classes are one more than the total of all ages.
CONTRADICTED = {
    (*place, "2020-02-25", "E", "nbre_acte_tot"): 1 for place in (("dep", "77"), ("reg", "11"), ("fra", "FR"))
}
#: And where it has zeros of a class of which nothing was coded, which is empty in every other row of a département.
NOT_EMPTY = {
    ("dep", "43", "2020-03-04", "D", column) for column in ("nbre_pass_corona", "nbre_pass_tot", "nbre_hospit_corona")
}

Cells = dict[tuple[str, ...], str]


def official_tables(path: Path) -> list[list[list[str]]]:
    """The tables of the workbook, or of a folder of its sheets as CSV: rows of text, the first is the header."""
    if path.is_dir():
        return [[line.split(";") for line in file.read_text().splitlines()] for file in sorted(path.iterdir())]
    return [list(workbook_rows(path, number)) for number in (1, 2, 3)]


def official_cells(path: Path, first: str, last: str) -> dict[str, Cells]:
    """Every cell between two days by table, then by place, day, class of age and column; as text, empty where it is."""
    found = {}
    for header, *rows in official_tables(path):
        found[header[0]] = {
            (header[0], *row[:3], column): str(int(float(told))) if told else ""
            for row in rows
            if first <= row[1] <= last
            for column, told in zip(header[3:], row[3:], strict=True)
        }
    return found


def published_cells(way: Rendered, level: str) -> Cells:
    """The same of a table that the models made."""
    told = way.connection.execute(f"from {way.table(TABLES[level])} order by all")
    header = [column[0] for column in told.description]
    return {
        (level, row[0], str(row[1]), row[2], column): "" if count is None else str(count)
        for row in told.fetchall()
        for column, count in zip(header[3:], row[3:], strict=True)
    }


@pytest.mark.parametrize(
    ("truth", "first", "last"),
    [
        # With the total that its classes contradict, and with days on which the islands have cases.
        pytest.param(WORKBOOK, "2020-02-25", "2020-02-25", marks=pytest.mark.archive, id="archive-contradicted"),
        pytest.param(WORKBOOK, "2020-03-27", "2020-03-28", marks=pytest.mark.archive, id="archive"),
        pytest.param(
            WORKBOOK, "2020-02-24", "2020-04-20", marks=[pytest.mark.archive, pytest.mark.long], id="archive-all"
        ),
        pytest.param(EXTRACT / "sursaud", "2020-02-25", "2020-02-25", marks=INSTEAD_OF_ARCHIVE, id="extract-one"),
        pytest.param(EXTRACT / "sursaud", "2020-03-26", "2020-03-29", id="extract"),
    ],
)
def test_every_cell_of_the_official_tables_comes_out_again(truth, first, last, tmp_path, record_property):
    home, span = Home(tmp_path / "home"), (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    for feed in COLUMNS:
        simulate(home, feed, truth, *span, drawn_seed("official tables", feed), {})
    level, *others = TABLES
    way = Rendered(home, Project.read(), TABLES[level], [TABLES[other] for other in others])
    way.run(dt.date(2099, 1, 1))
    cells = 0
    for level, expected in official_cells(truth, first, last).items():
        found, places = published_cells(way, level), {cell[1] for cell in expected}
        # Of the extract two départements make but a part of their région, which is none of it.
        assert {cell[1] for cell in found} - places == ({"11"} if level == "reg" and truth != WORKBOOK else set())
        assert {cell for cell in found if cell[1] in places} == set(expected), level
        differing = {cell: (told, found[cell]) for cell, told in expected.items() if found[cell] != told}
        known = {cell: (expected[cell], str(int(expected[cell]) - 1)) for cell in CONTRADICTED if cell in expected}
        known |= {cell: ("0", "") for cell in NOT_EMPTY if cell in expected}
        assert differing == known, dict(list(differing.items())[:20])
        cells += len(expected) - len(known)
    record_property("proof", f"SurSaUD: {cells:,} official cells of {first} to {last} compared, all equal")
