"""Official figures go in as individual records, with every disturbance, and come out of the release unchanged.

For each window of days, records are simulated from an official file, and every cell of the files is compared with the
official one: positives, tested, by sex where the file has it, populations, and the rates that follow from them.

The week of the extract (`official_files`) goes through the whole chain, by the command line: it is that of the daily
runs. The same week of the whole archive is landed and counted by the models' own SQL (see `rendered_models`). With
VIGIE_LONG=1 in the environment that goes through the command line too, and whole fortnights of September and July 2020.
"""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from daily_runs import DEPARTEMENTS, WEEK, second_day
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, official_file
from rendered_models import count
from small_epidemic import SEEDS, Run, last_delivery, vigie
from test_official_hospital_figures import hospital_cells
from test_simulator_sivic import of_some_departements

from orchestration.home import Home
from orchestration.landing import land
from orchestration.simulator import simulate

POPULATION = official_file(ARCHIVE, "reference/insee-population-dep-sex-age5")


@dataclass(frozen=True)
class Window:
    """Days of an official file, whether hospital stays come with them, and whether the command line is used.

    A window that is `of_daily_runs` is simulated, run and released by them, with other days before it.
    """

    folder: Path
    file: str
    first: dt.date
    last: dt.date
    stays: bool = False
    by_command_line: bool = False
    of_daily_runs: bool = False

    def __str__(self) -> str:
        """As tests are named."""
        told = f"{self.file.split('_')[0]}-{self.first}-{self.last}{'-extract' if self.folder == EXTRACT else ''}"
        return f"{told}{'-command-line' if self.by_command_line else ''}"

    @property
    def path(self) -> Path:
        """The official file."""
        return official_file(self.folder, f"sidep/{self.file}")


FRANCE = "sp-pos-quot-fra_2022-03-21"
WINDOWS = [
    Window(EXTRACT, DEPARTEMENTS, *WEEK, stays=True, by_command_line=True, of_daily_runs=True),
    pytest.param(Window(ARCHIVE, DEPARTEMENTS, *WEEK, stays=True), marks=pytest.mark.archive),
    *(
        pytest.param(
            Window(ARCHIVE, file, *days, stays=tuple(days) == WEEK, by_command_line=True),
            marks=[pytest.mark.archive, pytest.mark.long],
        )
        for file, *days in (
            (DEPARTEMENTS, *WEEK),
            (FRANCE, dt.date(2020, 7, 1), dt.date(2020, 7, 5)),
            (DEPARTEMENTS, dt.date(2020, 9, 19), dt.date(2020, 9, 20)),
            (DEPARTEMENTS, dt.date(2020, 9, 7), dt.date(2020, 9, 20)),
            (FRANCE, dt.date(2020, 7, 6), dt.date(2020, 7, 19)),
        )
    ),
    Window(EXTRACT, FRANCE, dt.date(2020, 5, 16), dt.date(2020, 5, 17)),
]


#: All départements take minutes, see `test_official_hospital_figures`.
DEPARTEMENTS_OF_STAYS = {"2A", "26", "75", "82", "973"}
#: The files that are compared, of tests by the official file and of stays.
COMPARED = {
    DEPARTEMENTS: [
        "sp-dep-quot", "sp-reg-quot", "sp-dep-heb",
        *(f"{of}-{rest}" for of in ("sp-pos", "sp-pe-tb") for rest in ("quot-dep", "quot-reg", "heb-dep", "7j-dep")),
    ],
    FRANCE: ["sp-pos-quot-fra", "sp-fra-quot", "sp-pe-tb-quot-fra"],
}  # fmt: skip
COMPARED_OF_STAYS = ["covid_hospit", "covid_hospit_incid"]


@pytest.fixture(scope="module", params=WINDOWS, ids=str)
def told(request, tmp_path_factory):
    """A window, and what gives a published file as texts: it has been simulated, landed and counted."""
    window = request.param
    if window.of_daily_runs:
        runs = second_day(tmp_path_factory.getbasetemp())
        yield window, functools.partial(released, runs["home"] / "releases" / runs["release"])
        return
    home = tmp_path_factory.mktemp("official")
    last = deliver(window, home)
    if window.by_command_line:
        vigie(home, "run", "--today", last)
        yield window, functools.partial(released, home / "releases" / "latest")
    else:
        land(Home(home), last)
        count(Home(home), [model_of(name) for name in COMPARED[window.file] + COMPARED_OF_STAYS * window.stays])
        yield window, functools.partial(counted, Run(home, last))
    shutil.rmtree(home)


def deliver(window: Window, home: Path) -> dt.date:
    """Deliver what is in the window; the day of the last delivery."""
    if window.folder == ARCHIVE and window.file == DEPARTEMENTS:
        folder = home / "landing" / "insee_population" / window.first.isoformat()
        folder.mkdir(parents=True)
        shutil.copy(POPULATION, folder)
    simulate(Home(home), "sidep", window.path, window.first, window.last, drawn_seed(str(window)), {})
    last = last_delivery(home)
    if window.stays:
        stays = window.folder / "sivic"
        if window.folder == ARCHIVE:
            stays = of_some_departements(home / "stays", DEPARTEMENTS_OF_STAYS)
        simulate(Home(home), "sivic", stays, window.first, window.last, drawn_seed(str(window)), {})
        last = max(last, last_delivery(home, "sivic"))
    return last


def released(release: Path, name: str) -> pd.DataFrame:
    """A resource of a release, as texts."""
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [resource for resource in package["resources"] if resource["name"] == name]
    path = resource["path"] if isinstance(resource["path"], str) else resource["path"][0]
    return pd.read_csv(release / path, sep=";", dtype=str, keep_default_na=False)


def model_of(name: str) -> str:
    """The model of a file in an official layout."""
    return name.replace("-", "_")


def counted(run: Run, name: str) -> pd.DataFrame:
    """The same of a model, as DuckDB writes it."""
    with run.connect() as connection:
        path = run.home / "told.csv"
        connection.execute(f"copy (from {run.relation(model_of(name))}) to '{path}' (delimiter ';')")
        return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)


def official(window: Window) -> pd.DataFrame:
    """The rows of the window in the official file, as texts."""
    frame = pd.read_csv(window.path, sep=";", dtype=str, keep_default_na=False)
    return frame[frame["jour"].between(str(window.first), str(window.last))]


def paired(window: Window, expected: pd.DataFrame, found: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Official and released rows side by side; every official row has one released row, and no day is added."""
    assert not found.duplicated(keys).any()
    if window.of_daily_runs:
        # They have days before the window.
        found = found[found["jour"] >= str(window.first)]
    assert found["jour"].between(str(window.first), str(window.last)).all()
    both = expected.merge(found, on=keys, how="left", suffixes=("_official", ""), indicator=True)
    lacking = both[both["_merge"] != "both"]
    assert lacking.empty, f"{len(lacking)} official rows are not in the release:\n{lacking.head()}"
    return both


def compare(both: pd.DataFrame, columns: list[str]) -> int:
    """Assert that every cell of the columns is the official one, to the digit; gives the number of cells."""
    for column in columns:
        wrong = both[both[column] != both[f"{column}_official"]]
        assert wrong.empty, f"{len(wrong)} of {len(both)} cells of {column} differ:\n{wrong.head(10).to_string()}"
    return len(both) * len(columns)


def compare_rates(both: pd.DataFrame) -> int:
    """Assert Ti, Tp and Td from the official counts and the population of the row; gives the number of cells.

    Two decimals; which way a tie is rounded is proved in test_rates_against_official.
    """
    positive, tested = both["P_official"].astype(float), both["T_official"].astype(float)
    population = pd.to_numeric(both["pop"])
    for column, scale, part, whole in (
        ("Ti", 1e5, positive, population),
        ("Tp", 1e2, positive, tested),
        ("Td", 1e5, tested, population),
    ):
        found = pd.to_numeric(both[column].replace("", None))
        exact = scale * part / whole.where(whole > 0)
        assert (found.isna() == exact.isna()).all(), f"{column} is not empty just where it has no denominator"
        assert both[column].str.fullmatch(r"(\d+(\.\d{1,2})?)?").all()
        wrong = both[(found - exact).abs() > 0.005 + 1e-9 * exact]
        assert wrong.empty, f"{len(wrong)} cells of {column} differ:\n{wrong.head(10).to_string()}"
    return 3 * len(both)


def test_counts_and_rates_are_the_official_ones(told, record_property):
    window, table = told
    expected = official(window)
    if window.file == FRANCE:
        both = paired(window, expected, table("sp-pos-quot-fra"), ["fra", "jour", "cl_age90"])
        cells = compare(both, ["P_f", "P_h", "P", "T_f", "T_h", "T"])
        cells += compare_numbers(both, "pop")
        both = paired(window, expected, table("sp-fra-quot"), ["fra", "jour", "cl_age90"])
        cells += compare(both, ["P", "T"]) + compare_numbers(both, "pop") + compare_rates(both)
        both = paired(window, expected, table("sp-pe-tb-quot-fra"), ["fra", "jour", "cl_age90"])
        cells += compare(both, ["P_f", "P_h", "P"]) + compare_numbers(both, "pop")
    else:
        both = paired(window, expected, table("sp-dep-quot"), ["dep", "jour", "cl_age90"])
        cells = compare(both, ["P", "T"]) + compare_rates(both)
        if window.folder == ARCHIVE:
            cells += compare_population(both)
        both = paired(window, by_region(expected), table("sp-reg-quot"), ["reg", "jour", "cl_age90"])
        cells += compare(both, ["P", "T"]) + compare_rates(both)
        weekly, weeks = by_week(expected, window), table("sp-dep-heb")
        weeks = weeks[weeks["dep"].isin(weekly["dep"])]
        if window.of_daily_runs:
            weeks = weeks[weeks["semaine"] >= weekly["semaine"].min()]
        both = weekly.merge(weeks, how="outer", on=["dep", "semaine", "cl_age90"],
                            suffixes=("_official", ""))  # fmt: skip
        cells += compare(both, ["P", "T"]) + compare_rates(both)
        cells += counts_by_age(table, window, expected, weekly)
    record_property("proof", f"{window}: {cells:,} cells compared, all equal ({len(expected):,} official rows)")


def counts_by_age(
    table: Callable[[str], pd.DataFrame], window: Window, expected: pd.DataFrame, weekly: pd.DataFrame
) -> int:
    """Assert the official counts in the files of older layouts, by day, week and seven days; the number of cells."""
    cells = 0
    for place, official in (("dep", expected), ("reg", by_region(expected))):
        for family, columns in (("sp-pos", ["P", "T"]), ("sp-pe-tb", ["P"])):
            both = paired(window, official, table(f"{family}-quot-{place}"), [place, "jour", "cl_age90"])
            cells += compare(both, columns)
    # A week that lies wholly in the window is one of its seven days, too.
    monday = pd.to_datetime(weekly["semaine"] + "-1", format="%G-S%V-%u")
    seven_days = monday.dt.strftime("%Y-%m-%d") + "-" + (monday + pd.Timedelta(days=6)).dt.strftime("%Y-%m-%d")
    weekly = weekly.assign(week=weekly["semaine"], semaine_glissante=seven_days)
    for family, columns in (("sp-pos", ["P", "T"]), ("sp-pe-tb", ["P"])):
        for period, time in (("heb", "week"), ("7j", "semaine_glissante")):
            found = table(f"{family}-{period}-dep")
            both = weekly.merge(found, on=["dep", time, "cl_age90"], suffixes=("_official", ""), validate="1:1")
            assert len(both) == len(weekly)
            cells += compare(both, columns)
    return cells


def test_hospital_stocks_and_flows_are_the_official_ones(told, record_property):
    """The second feed, landed and counted by the same run."""
    window, table = told
    if not window.stays:
        pytest.skip("no hospital stays were delivered with this window")
    cells = hospital_cells(window.folder, table, window.first, window.last, DEPARTEMENTS_OF_STAYS)
    assert cells == len(DEPARTEMENTS_OF_STAYS) * ((window.last - window.first).days + 1) * (3 * 4 + 4)
    record_property("proof", f"hospital stays, {window}: {cells:,} official cells compared, all equal")


def compare_numbers(both: pd.DataFrame, column: str) -> int:
    """Assert that a column is the official one, as numbers; gives the number of cells."""
    found, wanted = pd.to_numeric(both[column]), pd.to_numeric(both[f"{column}_official"])
    wrong = both[~np.isclose(found, wanted, rtol=1e-12, atol=0)]
    assert wrong.empty, f"{len(wrong)} of {len(both)} cells of {column} differ:\n{wrong.head(10).to_string()}"
    return len(both)


def by_region(departements: pd.DataFrame) -> pd.DataFrame:
    """Official counts by département, summed by region."""
    table = {name: pd.read_csv(SEEDS / f"{name}.csv", dtype=str) for name in ("departements", "regions")}
    places = table["departements"].merge(table["regions"], on="reg")[["dep", "reg_sidep"]]
    joined = departements.merge(places.rename(columns={"reg_sidep": "reg"}), on="dep", validate="many_to_one")
    assert len(joined) == len(departements)
    joined = joined.astype({"P": int, "T": int})
    summed = joined.groupby(["reg", "jour", "cl_age90"], as_index=False)[["P", "T"]].sum()
    return summed.astype({"P": str, "T": str})


def by_week(departements: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Official counts by département, summed over the ISO weeks that lie wholly in the window."""
    days = pd.to_datetime(departements["jour"])
    monday = days - pd.to_timedelta(days.dt.dayofweek, unit="D")
    whole = (monday >= pd.Timestamp(window.first)) & (monday + pd.Timedelta(days=6) <= pd.Timestamp(window.last))
    weeks = days.dt.strftime("%G-S%V").rename("semaine")
    kept = departements[whole].astype({"P": int, "T": int})
    summed = kept.groupby(["dep", weeks[whole], "cl_age90"])[["P", "T"]].sum().reset_index()
    return summed.astype({"P": str, "T": str})


def compare_population(both: pd.DataFrame) -> int:
    """Assert the populations on the last year of Insee's file, where it has the département; number of cells."""
    with gzip.open(POPULATION, "rt", encoding="utf-8") as stream:
        insee = pd.read_csv(stream, sep=";", dtype={"departement_code": str})
    insee = insee[insee["year"] == insee["year"].max()]
    lower = insee["classe_age_5"].str.extract(r"^(\d+)", expand=False).astype(int)
    insee["cl_age90"] = (lower // 10 * 10 + 9).clip(upper=90).map("{:02d}".format)
    wanted = insee.groupby(["departement_code", "cl_age90"])["population"].sum()
    total = insee.groupby("departement_code")["population"].sum()
    cells = 0
    for row in both.itertuples():
        if row.dep in total:
            people = total[row.dep] if row.cl_age90 == "0" else wanted[row.dep, row.cl_age90]
            assert float(row.pop) == people, (row.dep, row.cl_age90, row.pop, people)
            cells += 1
    assert cells
    return cells
