"""What runs accumulate of waste water is what a rebuild gives: late, corrected, deleted, withdrawn. The house is that
of the vaccinations, with analyses in the lake, of which no person is known."""

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
    "id_analyse", "version", "nature", "laboratoire", "station", "departement", "population_raccordee",
    "date_prelevement", "charge_virale", "remarque", "azote_ammoniacal",
]  # fmt: skip
COMPARED = ["calendar", "cells", "weeks", "fates", "account"]


@dataclass(frozen=True)
class Analysis:
    """A version of an analysis."""

    key: int
    version: int
    kind: str
    laboratory: str
    station: str
    dep: str | None
    population: int
    on: dt.date
    load: int
    remark: str
    ammonium: str

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())

    def in_week(self, number: int) -> Analysis:
        """The same of another week after the first one."""
        return replace(self, on=FIRST + dt.timedelta(weeks=number))


ONE = Analysis(1, 1, "new", "LAB1", "Paris", "75", 100_000, FIRST, 4_000, "1", "40")


def analysis(draw: random.Random, key: int) -> Analysis:
    """A first sending."""
    return Analysis(
        key, 1, "new", f"LAB{draw.randrange(2)}", draw.choice(["Paris", "PAU", "Orléans", "Autre"]),
        draw.choice(["75", "01", None]), draw.choice([1_000, 33_333, 700_000]), FIRST, draw.choice([1, 700, 91_234]),
        draw.choice(["1", "1", "10"]), draw.choice(["0.3", "30", "31.7"]),
    ).in_week(draw.randrange(6))  # fmt: skip


def sent_again(draw: random.Random, before: Analysis) -> Analysis:
    """A version after another one."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["load", "week", "deleted", "same", "plant"]):
        case "load":
            return replace(after, load=draw.choice([3, 5_000_000]), ammonium="7.7", remark="1")
        case "week":
            return after.in_week(draw.randrange(8))
        case "deleted":
            return replace(after, kind="deletion")
        case "plant":
            return replace(after, station=draw.choice(["Pau", "Autre"]), dep=None, population=5_000)
    return before


class Network(House):
    """A house with analyses of a few plants."""

    theme = "int_wastewater__"

    def __init__(self, folder: Path, draw: random.Random) -> None:
        super().__init__("sumeau", folder, draw)

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        published = ["wastewater_viral_ratio", "wastewater_weekly_change", "sumeau_indicateurs"]
        return [self.theme + what for what in COMPARED] + published

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of so many new ones as there are days, and of `again` versions of earlier ones; its key."""
        return self.send([analysis(self.draw, len(self.sent) + number) for number, _ in enumerate(days)], again)

    def send(self, new: list[Analysis], again: int = 0) -> int:
        """Append a delivery of analyses, and of `again` versions of earlier ones; its key."""
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.sent += rows
        return self.file("sumeau", COLUMNS, [row.row() for row in rows])

    def told(self, indicator: str = "wastewater_viral_ratio", stratum: str = "all") -> list[tuple]:
        """How many plants, and their figure, of each week."""
        relation = self.databases["daily"].relation(indicator)
        return self.connection.execute(
            f"select denominator::int, value from {relation} where stratum = '{stratum}' order by period_end"
        ).fetchall()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    Network(tmp_path, dice("waste water equals a rebuild", number)).assert_runs_equal_a_rebuild()


def test_france_is_the_mean_of_its_plants_by_population(tmp_path):
    """However often each is sampled; one that is not told by its name counts with the others. Below the limit of
    quantification an analysis is half of it."""
    house = Network(tmp_path, dice("mean of plants"))
    house.send(
        [
            *(replace(ONE, key=key) for key in (1, 2, 3)),
            replace(ONE, key=4, station="PAU", population=200_000, load=8_000, remark="10", ammonium="20"),
            replace(ONE, key=5, station="Nulle part", population=100_000, load=40_000),
        ]
    )
    house.run()
    assert house.told(stratum="paris") == [(1, 100.0)] and house.told(stratum="pau") == [(1, 200.0)]
    assert house.told(stratum="unknown") == [(1, 1000.0)] and house.told(stratum="lille") == [(0, None)]
    assert house.told() == [(3, pytest.approx((100 + 2 * 200 + 1000) / 4))]


def test_a_plant_that_falls_silent_makes_no_change(tmp_path):
    """Nor does one that joins: weeks are compared on the plants that reported in both. A week of which there is no
    analysis has no figure."""
    house = Network(tmp_path, dice("silence"))
    house.send(
        [
            ONE, replace(ONE, key=2, station="Pau", load=400_000),
            replace(ONE, key=3, load=8_000).in_week(1), replace(ONE, key=4).in_week(3),
            replace(ONE, key=5, station="Rennes", load=40_000).in_week(1),
        ]
    )  # fmt: skip
    house.run()
    assert house.told() == [(2, 5050.0), (2, 600.0), (0, None), (1, 100.0)]
    assert house.told("wastewater_weekly_change") == [(0, None), (1, pytest.approx(100.0)), (0, None), (0, None)]
    assert house.told("wastewater_weekly_change", "pau") == [(0, None)] * 4


def test_a_week_is_provisional_for_as_long_as_the_theme_says(tmp_path):
    """Two weeks after its Sunday, where days of other themes are final after three."""
    house = Network(tmp_path, dice("provisional weeks"))
    house.send([replace(ONE, key=number).in_week(number) for number in range(9)])
    house.run()
    relation = house.databases["daily"].relation("wastewater_viral_ratio")
    told = house.connection.execute(
        f"select period_end, status from {relation} where stratum = 'all' order by period_end"
    ).fetchall()
    assert {status for _, status in told} == {"final", "provisional"}
    for day, status in told:
        late = day > FIRST + dt.timedelta(days=60 - 14)
        assert status == ("provisional" if late else "final"), day
    assert [status for _, status in told][-3:] == ["final", "provisional", "provisional"]


def test_a_week_that_is_not_over_is_not_told(tmp_path):
    """Plants are sampled on its first days, so that some are known before others."""
    house = Network(tmp_path, dice("week that goes on"))
    house.send([ONE, replace(ONE, key=2, on=house.today)])
    house.run()
    assert len(house.told()) == 9 and house.told()[-1] == (0, None)


def test_the_official_layout_rounds_as_the_series_do(tmp_path):
    """A half in the third decimal, which no double holds."""
    house = Network(tmp_path, dice("halves"))
    house.send([replace(ONE, load=223, ammonium="200")])
    house.run()
    relation = house.databases["daily"].relation("sumeau_indicateurs")
    [(paris, national)] = house.connection.execute(f"select paris, national from {relation}").fetchall()
    [(_, value)] = house.told()
    [(published,)] = house.connection.execute("select round(?::double, 2)", [value]).fetchall()
    assert (paris, national, published) == ("1,12", "1,12", 1.12)
