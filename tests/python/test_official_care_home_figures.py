"""Official counts of care homes go in as reports, with every disturbance, and come out the same, falls included.

Deaths and confirmed cases of residents to date, of France, of every day on which the official synthesis tells them.
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

SPRING, SUMMER = (f"synthesis/table-indicateurs-open-data-france_{day}" for day in ("2021-04-21", "2021-08-26"))
INDICATORS = {"esms_dc": "cumulative_care_home_deaths", "esms_cas": "cumulative_care_home_residents_confirmed"}


def official_rows(path: Path) -> list[dict[str, str]]:
    """The rows of the synthesis, as text."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return list(csv.DictReader(lines))


CASES = [
    pytest.param(ARCHIVE, SPRING, "2020-04-03", "2021-04-20", marks=pytest.mark.archive),
    pytest.param(ARCHIVE, SUMMER, "2021-02-01", "2021-07-23", marks=pytest.mark.archive),
    pytest.param(EXTRACT, SUMMER, "2020-05-11", "2020-05-29", marks=INSTEAD_OF_ARCHIVE),
]


@pytest.mark.parametrize(("folder", "file", "first", "last"), CASES)
def test_every_official_count_comes_out_again(folder, file, first, last, tmp_path, record_property):
    home, path = Home(tmp_path / "home"), official_file(folder, file)
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    simulate(home, "survesms", path, start, end, drawn_seed(file), {})
    way = Rendered(home, Project.read(), INDICATORS["esms_dc"], [INDICATORS["esms_cas"]])
    # Half of what has been received by then, and the rest.
    way.run(start + (end - start) / 2)
    way.run(dt.date(2099, 1, 1))
    compared, falls = 0, 0
    for column, name in INDICATORS.items():
        found = {
            str(day): int(value)
            for day, value in way.connection.execute(
                f"select period_end, value from {way.table(name)} where geo_level = 'FRA' and stratum = 'all'"
            ).fetchall()
        }
        expected = {
            row["date"]: int(row[column]) for row in official_rows(path) if row[column] and first <= row["date"] <= last
        }
        differing = {day: (told, found.get(day)) for day, told in expected.items() if found.get(day) != told}
        assert not differing, dict(list(differing.items())[:20])
        told = list(expected.values())
        compared, falls = compared + len(told), falls + sum(b < a for a, b in zip(told, told[1:], strict=False))
    assert falls > 0 or first > "2020-09-08"
    proof = f"{compared:,} official counts of {first} to {last} compared, all equal, {falls} falls among them"
    record_property("proof", f"SurvESMS: {proof}")


@pytest.mark.archive
@pytest.mark.parametrize("file", [SPRING, SUMMER])
def test_the_official_deaths_together_are_those_in_hospital_and_in_care_homes(file):
    """As `cumulative_deaths_hospital_and_care_homes` adds them."""
    rows = [row for row in official_rows(official_file(ARCHIVE, file)) if row["dc_tot"]]
    assert len(rows) > 350
    assert all(int(row["dc_tot"]) == int(row["dchosp"]) + int(row["esms_dc"]) for row in rows)
