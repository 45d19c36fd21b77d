"""What runs accumulate of weekly reports is what a rebuild gives: late, corrected, deleted, withdrawn. The house is
that of the vaccinations, with weekly reports in the lake, of which no person is known."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST
from test_vaccination_as_rebuilt import House

COLUMNS = [
    "id_releve", "version", "nature", "cabinet", "semaine", "region", "patientele", "cas_ira", "preleves", "positifs",
]  # fmt: skip
COMPARED = ["calendar", "cells", "weeks", "fates", "account"]
POPULATION = {"11": 12e4, "84": 8e4}


@dataclass(frozen=True)
class Report:
    """A version of a weekly report."""

    key: int
    version: int
    kind: str
    practice: str
    week: str
    region: str | None
    patients: int
    cases: int | None
    samples: int | None
    positives: int | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def week(number: int) -> str:
    """The name of a week after the first one."""
    return (FIRST + dt.timedelta(weeks=number)).strftime("%G-S%V")


ONE = Report(1, 1, "new", "CAB1", week(0), "84", 1000, 10, 4, 1)


def report(draw: random.Random, key: int) -> Report:
    """A first sending."""
    samples = draw.randrange(5)
    return Report(
        key, 1, "new", f"CAB{draw.randrange(4)}", week(draw.randrange(6)), draw.choice(["84", "11", "1", "99", None]),
        draw.choice([300, 1000, 1500]), draw.choice([0, 3, 12, None]), samples, draw.randrange(samples + 1),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Report) -> Report:
    """A version after another one."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["cases", "week", "deleted", "same", "place"]):
        case "cases":
            return replace(after, cases=draw.choice([0, 40]), patients=700)
        case "week":
            return replace(after, week=week(draw.randrange(8)))
        case "deleted":
            return replace(after, kind="deletion")
        case "place":
            return replace(after, region=draw.choice(["11", None]))
    return before


class Network(House):
    """A house with reports of practices in two régions, of which two samples are enough."""

    theme = "int_sentinel_gps__"

    def __init__(self, folder: Path, draw: random.Random) -> None:
        super().__init__("sentinelles", folder, draw, settings={"minimum_samples": 2})
        for models in self.databases.values():
            self.connection.executemany(
                f"insert into {models.relation('int_referential__population')} values"
                " ('REG', ?, 'all', 'all', 'all', ?, 'small', date '1900-01-01', date '9999-12-31')",
                list(POPULATION.items()),
            )

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        published = ["sentinel_ari_incidence", "sentinel_covid_incidence", "sentinel_positivity", "inc_25_rdd"]
        return [self.theme + what for what in COMPARED] + published

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of so many new ones as there are days, and of `again` versions of earlier ones; its key."""
        return self.send([report(self.draw, len(self.sent) + number) for number, _ in enumerate(days)], again)

    def send(self, new: list[Report], again: int = 0) -> int:
        """Append a delivery of reports, and of `again` versions of earlier ones; its key."""
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.sent += rows
        return self.file("sentinelles", COLUMNS, [row.row() for row in rows])

    def told(self, indicator: str = "sentinel_ari_incidence", place: str = "FR") -> list[tuple]:
        """The value of each week of a place."""
        relation = self.databases["daily"].relation(indicator)
        return self.connection.execute(
            f"select value from {relation} where geo_code = '{place}' order by period_end"
        ).fetchall()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    Network(tmp_path, dice("sentinels equal a rebuild", number)).assert_runs_equal_a_rebuild()


def test_france_is_the_mean_of_its_regions_by_population(tmp_path):
    """However many practices each has; one of which the région is not known is in no rate."""
    house = Network(tmp_path, dice("mean of regions"))
    many = [replace(ONE, key=key) for key in range(10, 20)]
    house.send([*many, replace(ONE, key=1, region="11", cases=0), replace(ONE, key=2, region=None, cases=900)])
    house.run()
    assert house.told(place="84") == [(1000.0,)] and house.told(place="11") == [(0.0,)]
    assert house.told() == [(pytest.approx(1000.0 * 8 / 20),)]


def test_a_week_without_reports_has_no_rate(tmp_path):
    """It is there, without a value: nothing was reported, which is not that nobody was ill. Nor has one with too few
    samples a share of positive ones."""
    house = Network(tmp_path, dice("no reports"))
    house.send([ONE, replace(ONE, key=2, week=week(2), samples=1)])
    house.run()
    assert house.told() == [(1000.0,), (None,), (1000.0,)]
    assert house.told("sentinel_positivity") == [(25.0,), (None,), (None,)]
    assert house.told("sentinel_covid_incidence") == [(250.0,), (None,), (None,)]
