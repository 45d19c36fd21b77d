"""Official hospital figures go in as events of stays, with every disturbance, and come out of the release unchanged.

Stocks by département, sex and day and flows by département and day of one publication, through the command line; and
the publications of the flows, each on its day and as of it afterwards. A few publications by default, of the archive
or of the extract (`official_files`); with VIGIE_LONG=1, all of them, and more than 60 days of the second wave (a few
days of some départements are in `test_official_figures`).
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, INSTEAD_OF_ARCHIVE, official_file
from rendered_models import Project
from small_epidemic import last_delivery, vigie
from test_as_of import Rendered
from test_same_as_rebuild import project

from orchestration.home import Home
from orchestration.simulator import simulate
from orchestration.simulator.publications import dated_files

STOCKS, FLOWS = ["hosp", "rea", "rad", "dc"], ["incid_hosp", "incid_rea", "incid_dc", "incid_rad"]


def official(path: Path, first: object, last: object) -> pd.DataFrame:
    """The rows of an official file between two days."""
    frame = pd.read_csv(path, sep=";", dtype={"dep": str, "sexe": str})
    return frame[frame["jour"].between(str(first), str(last))]


def open_data(home: Path, name: str) -> pd.DataFrame:
    """A resource of the latest release."""
    release = home / "releases" / "latest"
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [resource for resource in package["resources"] if resource["name"] == name]
    path = resource["path"] if isinstance(resource["path"], str) else resource["path"][0]
    return pd.read_csv(release / path, sep=";", dtype={"dep": str, "sexe": str})


def compared(expected: pd.DataFrame, found: pd.DataFrame, keys: list[str], columns: list[str]) -> int:
    """Assert that every official cell is in what was found; gives the number of cells."""
    found = found.assign(jour=found["jour"].astype(str).str[:10])
    both = expected.merge(found, on=keys, how="left", suffixes=("_official", ""), validate="1:1")
    for column in columns:
        wrong = both[both[column] != both[f"{column}_official"]]
        assert wrong.empty, f"{len(wrong)} of {len(both)} cells of {column} differ:\n{wrong.head(10).to_string()}"
    return len(both) * len(columns)


def hospital_cells(
    folder: Path, told: Callable[[str], pd.DataFrame], first: dt.date, last: dt.date, deps: set[str] | None = None
) -> int:
    """Assert that the official stocks and flows of these départements are told; the number of cells.

    `told` gives a published file by its name.
    """
    cells = 0
    for name, file, keys, columns in (
        ("covid_hospit", "donnees-hospitalieres-dep-sexe_2021-03-05", ["dep", "sexe", "jour"], STOCKS),
        ("covid_hospit_incid", "donnees-hospitalieres-nouveaux_2021-03-05", ["dep", "jour"], FLOWS),
    ):
        expected = official(official_file(folder, f"sivic/{file}"), first, last)
        kept = expected[expected["dep"].isin(deps)] if deps else expected
        found = told(name)
        cells += compared(kept, found.astype({column: int for column in columns}), keys, columns)
    return cells


def synthesis_cells(home: Path, first: dt.date, last: dt.date) -> int:
    """Assert that the synthesis of the latest release has the official national sums and occupancy; number of cells."""
    name = "table-indicateurs-open-data-france"
    expected = pd.read_csv(official_file(ARCHIVE, f"synthesis/{name}_2021-04-21")).rename(columns={"date": "jour"})
    expected = expected[expected["jour"].between(str(first), str(last))]
    found = open_data(home, name).rename(columns={"date": "jour"})
    columns = ["hosp", "rea", "rad", "dchosp", "incid_hosp", "incid_rea", "incid_rad", "incid_dchosp"]
    cells = compared(expected, found, ["jour"], columns)
    both = expected.merge(found, on="jour", suffixes=("_official", ""), validate="1:1")
    assert len(both) == (last - first).days + 1
    assert both["TO"].to_numpy() == pytest.approx(both["TO_official"].to_numpy(), abs=1e-9)
    return cells + len(both)


@pytest.mark.archive
@pytest.mark.long
def test_two_months_of_stocks_and_flows_are_the_official_ones(tmp_path, record_property):
    first, last = dt.date(2020, 10, 15), dt.date(2020, 12, 20)
    vigie(
        tmp_path, "simulate", "--feed", "sivic", "--truth", ARCHIVE / "sivic",
        "--from", first, "--until", last, "--seed", drawn_seed("two months"),
    )  # fmt: skip
    vigie(tmp_path, "run", "--today", last_delivery(tmp_path, "sivic"))
    cells = hospital_cells(ARCHIVE, functools.partial(open_data, tmp_path), first, last)
    assert cells == 101 * 67 * (3 * len(STOCKS) + len(FLOWS))
    cells += synthesis_cells(tmp_path, first, last)
    record_property("proof", f"hospital stays, {first} to {last}: {cells:,} official cells compared, all equal")
    shutil.rmtree(tmp_path)


@dataclass(frozen=True)
class Replay:
    """Days of declaration that are delivered as the publications came, and those looked back at."""

    folder: Path
    first: dt.date
    last: dt.date
    looked_back_at: tuple[dt.date, ...]


@pytest.mark.parametrize(
    "replay",
    [
        pytest.param(
            Replay(ARCHIVE, dt.date(2021, 1, 17), dt.date(2021, 1, 19), (dt.date(2021, 1, 18),)),
            marks=pytest.mark.archive,
            id="archive",
        ),
        pytest.param(
            Replay(ARCHIVE, dt.date(2021, 1, 10), dt.date(2021, 2, 4), (dt.date(2021, 1, 12), dt.date(2021, 1, 26))),
            marks=[pytest.mark.archive, pytest.mark.long],
            id="archive-all",
        ),
        pytest.param(
            Replay(EXTRACT, dt.date(2021, 1, 17), dt.date(2021, 1, 19), (dt.date(2021, 1, 18),)),
            marks=INSTEAD_OF_ARCHIVE,
            id="extract",
        ),
    ],
)
def test_each_publication_of_the_flows_comes_out_on_its_day_and_as_of_it(replay, tmp_path, record_property):
    home = Home(tmp_path / "home")
    vintages = replay.folder / "sivic" / "vintages"
    simulate(home, "sivic", vintages, replay.first, replay.last, drawn_seed("replay"), {})
    rendered = project()
    way = Rendered(home, Project(rendered.manifest, rendered.declared), "covid_hospit_incid")
    paths = {day: path for day, path in dated_files(vintages) if replay.first <= day <= replay.last}
    cells = 0
    for day, path in paths.items():
        cells += compared(official(path, replay.first, replay.last), way.run(day), ["dep", "jour"], FLOWS)
    for day in replay.looked_back_at:
        cells += compared(official(paths[day], replay.first, replay.last), way.as_of(day), ["dep", "jour"], FLOWS)
    places = 101 if replay.folder == ARCHIVE else 5
    assert cells >= len(paths) * places * len(FLOWS)
    record_property("proof", f"hospital flows: {cells:,} cells of {len(paths)} publications compared, all equal")
    shutil.rmtree(home.root)
