"""What was known on day D can be asked for afterwards, and is what the release of day D said.

Two proofs: on drawn sequences of deliveries, with the models' own SQL (see `rendered_models`); and on the real
revisions of the official file, publication by publication. VIGIE_EXAMPLES=N draws N sequences; VIGIE_LONG=1 replays
more publications, through the command line. That the files are the same to the byte is shown in `test_daily_runs`.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from daily_runs import vigie
from drawing import SEED, drawn_seed, sequences_drawn
from hypothesis import HealthCheck, given, seed, settings
from official_files import ARCHIVE
from rendered_models import Models, Project, differing
from test_same_as_rebuild import COMPARED, DAYS, FIRST_DAY, GIVEN, PHASES, Lake, project, sequences

from orchestration.home import Home
from orchestration.landing import land
from orchestration.simulator import simulate

EXAMPLES = sequences_drawn(few=5, many=12)
VINTAGES = ARCHIVE / "sidep" / "vintages"


@pytest.fixture(scope="module")
def models() -> Project:
    """The rendered project."""
    return project()


# --------------------------------------------------------------------------- drawn sequences

#: Relations of which each run's state is kept; the whole of what is published comes from them.
KEPT_STATES = ["int_testing__cells", "int_testing__cube_days", *COMPARED]


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(sequence=sequences)
def test_any_day_can_be_built_again(models, sequence):
    lake, evenings = Lake(models), []
    for number, run in enumerate(sequence):
        today = FIRST_DAY + dt.timedelta(DAYS + 2 * number)
        for delivery in run.deliveries:
            # The day of receipt is the day on which it was known: no delivery is found in the folder of a past run.
            # And whoever has been erased since is no longer known.
            if delivery.again != "erasure":
                lake.land(replace(delivery, days_late=min(delivery.days_late, 1)), today)
        lake.run()
        for name in KEPT_STATES:
            lake.connection.execute(f"create table lake.main.{name}_{number} as {lake.content('daily', name)}")
        evenings.append(today)
    for number, evening in enumerate(evenings):
        lake.models("anew").run(lake.order, full_refresh=True, as_of=str(evening))
        for name in KEPT_STATES:
            rows = differing(lake.connection, f"from lake.main.{name}_{number}", lake.content("anew", name))
            assert not rows, f"{name} as of {evening}, then on the left, now on the right:\n" + "\n".join(
                map(str, rows)
            )


# --------------------------------------------------------------------------- real revisions


@dataclass(frozen=True)
class Replay:
    """Sampling days of which the records are delivered as the publications revise them, and the days of runs."""

    first: dt.date
    last: dt.date
    publications: int
    by_command_line: bool = False
    #: One day of so many is looked back at.
    every: int = 1

    def __str__(self) -> str:
        """As tests are named."""
        return f"{self.first}-{self.last}{'-command-line' if self.by_command_line else ''}"


REPLAYS = [
    # A Saturday and a Sunday, which have the fewest tests.
    Replay(dt.date(2021, 1, 9), dt.date(2021, 1, 10), publications=4),
    pytest.param(
        Replay(dt.date(2021, 1, 4), dt.date(2021, 1, 11), publications=9, by_command_line=True), marks=pytest.mark.long
    ),
    # All of them, whole: 37 million tests, and forty minutes on two cores with nothing beside.
    pytest.param(Replay(dt.date(2020, 5, 13), dt.date(2021, 2, 16), publications=36, every=12), marks=pytest.mark.long),
]
COUNTS = ["P_f", "P_h", "P", "T_f", "T_h", "T"]


def official(day: dt.date, replay: Replay) -> pd.DataFrame:
    """The rows of the publication of a day, for the sampling days of the replay."""
    frame = pd.read_csv(VINTAGES / f"sp-pos-quot-fra_{day}.csv.gz", sep=";", dtype={"cl_age90": str})
    return frame[frame["jour"].between(str(replay.first), str(replay.last))]


def assert_official(found: pd.DataFrame, day: dt.date, replay: Replay) -> int:
    """Every cell of the publication is in what was released, and nothing besides; the number of cells.

    Days that the publication does not have yet may stand there with zeros: a serology, or a test that does not count,
    has been received.
    """
    expected = official(day, replay)
    found = found.assign(jour=found["jour"].astype(str))
    besides = found[~found["jour"].isin(expected["jour"])]
    assert not besides[COUNTS].to_numpy().any(), f"{day}: days that are not published yet\n{besides.to_string()}"
    both = expected.merge(found, on=["jour", "cl_age90"], how="left", suffixes=("_official", ""), validate="1:1")
    for column in COUNTS:
        wrong = both[both[column] != both[f"{column}_official"]]
        assert wrong.empty, f"{day}: {len(wrong)} of {len(both)} cells of {column} differ:\n{wrong.head().to_string()}"
    return len(both) * len(COUNTS)


class Rendered:
    """Runs and looks back with the rendered models on the files of a home; only what one published file needs.

    Or that and `others`, models that `table` reads.
    """

    def __init__(self, home: Home, project: Project, file: str = "sp_pos_quot_fra", others: Iterable[str] = ()) -> None:
        self.home, self.project, self.file = home, project, file
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'; set memory_limit = '3GB'; set threads = 2")
        self.connection.execute(f"set temp_directory = '{home.root / 'spill'}'")
        self.sources = project.sources_in(home)
        self.order = project.upstream([file, *others], given=GIVEN)

    def _models(self, database: str) -> Models:
        attached = {
            row[0] for row in self.connection.execute("select database_name from duckdb_databases()").fetchall()
        }
        environment = {"VIGIE_WAREHOUSE": str(self.home.root / database)}
        (self.home.root / database).mkdir(exist_ok=True)
        models = Models(self.project, self.connection, database, self.sources, environment)
        if database not in attached:
            self.connection.execute(f"attach ':memory:' as {database}")
            for name in self.project.seeds(self.order):
                models.seed(name)
            for name, sql in GIVEN.items():
                models.give(name, sql)
        return models

    def run(self, day: dt.date) -> pd.DataFrame:
        """Land and build up to the day; the file as it would be released."""
        land(self.home, day)
        models = self._models("daily")
        models.run(self.order)
        return self.connection.execute(f"from {models.relation(self.file)}").df()

    def table(self, name: str, database: str = "daily") -> str:
        """Where a model stands after the last run, or (`anew`) after one has looked back."""
        return str(self._models(database).relation(name))

    def as_of(self, day: dt.date) -> pd.DataFrame:
        """The file of a past day, built anew."""
        models = self._models("anew")
        models.run(self.order, full_refresh=True, as_of=str(day))
        return self.connection.execute(f"from {models.relation(self.file)}").df()

    def late_reporting(self) -> pd.DataFrame:
        """The completeness of days by their age, of everything that was delivered."""
        land(self.home, dt.date.max)
        models = Models(self.project, self.connection, "late", self.sources, {"VIGIE_WAREHOUSE": str(self.home.root)})
        self.connection.execute("attach ':memory:' as late")
        order = self.project.upstream(["late_reporting"], given=GIVEN)
        for name in self.project.seeds(order):
            models.seed(name)
        models.run(order, full_refresh=True)
        return self.connection.execute(f"from {models.relation('late_reporting')}").df()


class CommandLine:
    """Runs and looks back with the command line."""

    def __init__(self, home: Home, project: Project) -> None:
        self.home = home

    @staticmethod
    def _file(releases: Path) -> pd.DataFrame:
        return pd.read_csv(releases / "latest" / "open_data" / "sp-pos-quot-fra.csv", sep=";", dtype={"cl_age90": str})

    def run(self, day: dt.date) -> pd.DataFrame:
        """`vigie run`; the file as it is released."""
        vigie(self.home.root, "run", "--today", day)
        return self._file(self.home.releases)

    def as_of(self, day: dt.date) -> pd.DataFrame:
        """`vigie build --as-of`; the file as it is made again."""
        vigie(self.home.root, "build", "--as-of", day)
        return self._file(self.home.as_of(day).releases)


@pytest.mark.archive
@pytest.mark.parametrize("replay", REPLAYS, ids=str)
def test_each_publication_comes_out_on_its_day_and_as_of_it(replay, models, tmp_path):
    home = Home(tmp_path / "home")
    simulate(home, "sidep", str(VINTAGES), replay.first, replay.last, drawn_seed("replay"), {})
    dates = sorted(dt.date.fromisoformat(path.name[-17:-7]) for path in VINTAGES.glob("sp-pos-quot-fra_*.csv.gz"))
    days = [day for day in dates if day >= replay.first and len(official(day, replay))][: replay.publications]
    assert len(days) == replay.publications
    # 60 days, as in France.
    way = (CommandLine if replay.by_command_line else Rendered)(home, Project(models.manifest, models.declared))
    cells = sum(assert_official(way.run(day), day, replay) for day in days)
    for day in (days[:-1] if replay.by_command_line else days[1:-1])[:: replay.every]:
        cells += assert_official(way.as_of(day), day, replay)
    print(f"{replay}: {cells:,} cells of {len(days)} publications compared, {cells:,} equal")
    shutil.rmtree(home.root)


@pytest.mark.archive
def test_days_fill_up_as_those_of_the_official_publications_did(models, tmp_path, record_property):
    replay = Replay(dt.date(2021, 1, 9), dt.date(2021, 1, 10), publications=36)
    home = Home(tmp_path / "home")
    simulate(home, "sidep", str(VINTAGES), replay.first, replay.last, 6, {})
    dates = sorted(dt.date.fromisoformat(path.name[-17:-7]) for path in VINTAGES.glob("sp-pos-quot-fra_*.csv.gz"))
    rows = [
        official(day, replay).assign(
            age_jours=lambda rows, day=day: (pd.Timestamp(day) - pd.to_datetime(rows["jour"])).dt.days
        )
        for day in dates
    ]
    published = pd.concat(rows).query("cl_age90 == '0'")
    final = published.sort_values("age_jours").groupby("jour", as_index=False)[["P", "T"]].last()
    published = published.merge(final, on="jour", suffixes=("", "_final"))
    found = Rendered(home, Project(models.manifest, models.declared)).late_reporting()
    found["jour"] = found["jour"].astype(str)
    both = published.merge(found, on=["jour", "age_jours"], suffixes=("_official", ""), validate="1:1")
    assert len(both) > 8 and set(both["age_jours"]) >= {3, 4, 10}
    for count in ("P", "T"):
        # A record that was corrected within the week was known before, but its current version was not.
        expected = 100 * both[f"{count}_official"] / both[f"{count}_final"]
        difference = (both[f"completude_{count}"] - expected).abs()
        tolerance = both["age_jours"].map(lambda age: 0.5 if age < 7 else 0.05)
        assert (difference < tolerance).all(), both.assign(expected=expected, difference=difference).to_string()
    days = both.groupby("age_jours")[["P_connus", "P"]].sum()
    shares = 100 * days["P_connus"] / days["P"]
    # What these files are known for: nearly all positives at once, 97 to 99 % a day later, 99.3 % or more after a week.
    assert shares[3] > 95 and 97 <= shares[4] <= 99.3 and shares[10] >= 99.3, shares.to_string()
    record_property("proof", f"late reporting: {2 * len(both)} shares of days as in the official publications")
    shutil.rmtree(home.root)
