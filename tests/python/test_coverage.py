"""What is said to cover an official indicator is declared, down to the breakdown."""

import csv

import pytest
from rendered_models import parsed_home

from orchestration.home import PROJECT
from orchestration.release.declarations import Breakdown, read_declarations
from orchestration.warehouse.project import manifest_path

with (PROJECT / "seeds" / "catalogue" / "official_indicators.csv").open(encoding="utf-8", newline="") as file:
    OFFICIAL = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def declared():
    return read_declarations(manifest_path(parsed_home()))


def test_every_part_that_covers_an_official_indicator_is_declared(declared, record_property):
    indicators = {indicator.name: indicator for indicator in declared.indicators}
    layouts = {layout.name for layout in declared.layouts}
    covered = [row for row in OFFICIAL if row["covered_by"]]
    for row in covered:
        axes = {axis: row[axis].split("|") for axis in ("geo", "period", "sex", "age", "strata") if row[axis]}
        if row["covered_by"] in indicators:
            assert {"geo", "period"} <= axes.keys(), row["id"]
            for level in axes["geo"]:
                part = Breakdown(**{**axes, "geo": [level]})
                assert any(b.holds(part) for b in indicators[row["covered_by"]].breakdowns), (row["id"], level)
        else:
            assert row["covered_by"] in layouts and not axes.keys() - {"geo"}, row["id"]
    record_property("proof", f"official indicators: {len(covered)} of {len(OFFICIAL)} are covered by what is declared")


def test_all_official_indicators_are_there():
    """The catalogue that was drawn up of what the agency published has 208 entries, each once."""
    assert len({row["id"] for row in OFFICIAL}) == len(OFFICIAL) == 208
