"""What runs accumulate of the logistics of vaccines is what a rebuild gives; the house is that of
`test_sursaud_as_rebuilt`, with reports of depots in the lake."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

COLUMNS = [
    "id_releve", "version", "nature", "depot", "departement", "vaccin", "fin_semaine", "doses_livrees",
    "doses_en_stock",
]  # fmt: skip
KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')"}
SUNDAY = FIRST + dt.timedelta(days=7 - FIRST.isoweekday())


@dataclass(frozen=True)
class Report:
    """A version of a report."""

    key: int
    version: int
    kind: str
    depot: str
    dep: str
    product: str | None
    week_end: dt.date
    delivered: int | None
    in_stock: int | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def report(draw: random.Random, key: int, day: int) -> Report:
    """A first sending, of a week after the first one."""
    return Report(
        key, 1, "new", draw.choice(["DEPOT01", "DEPOT69"]), draw.choice(["01", "69", "75", "99"]),
        draw.choice(["1", "2", None]), SUNDAY + dt.timedelta(days=7 * (day // 7)), draw.choice([0, 40_000, None]),
        draw.choice([7, 90_000, None]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Report) -> Report:
    """A version after another one: other doses, of another week or product, deleted, as it was, or older."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["doses", "week", "product", "deleted", "same"]):
        case "doses":
            return replace(after, delivered=draw.choice([5, None]), in_stock=60_000)
        case "week":
            return replace(after, week_end=before.week_end - dt.timedelta(days=7), dep="01")
        case "product":
            return replace(after, product="3")
        case "deleted":
            return replace(after, kind="deletion")
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with reports, a warehouse brought up to date run after run, and one made anew."""

    def __post_init__(self) -> None:
        what = ("calendar", "cells", "cube", "fates", "account")
        self.open("vaccine_supply", what, ["vaccine_doses_delivered", "vaccine_doses_in_stock"], KEPT)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new reports of some days, and of `again` versions of earlier ones; its key."""
        new = [report(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS, [row.row() for row in rows])


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    dice_of = dice("logistics of vaccines equals a rebuild", number)
    House("vaccine_logistics", tmp_path, dice_of).assert_runs_equal_a_rebuild()


def test_what_is_in_stock_is_that_of_the_week(tmp_path):
    """It is neither summed over weeks nor carried to one of which nothing is reported."""
    house = House("vaccine_logistics", tmp_path, dice("stock"))
    one = Report(1, 1, "new", "DEPOT69", "69", "1", SUNDAY, 40_000, 90_000)
    house.deliver(COLUMNS, [one.row(), replace(one, key=2, week_end=SUNDAY + dt.timedelta(days=14), in_stock=7).row()])
    house.run()
    cube = house.databases["daily"].relation("int_vaccine_supply__cube")
    told = house.connection.execute(
        f"select doses_in_stock, doses_delivered from {cube} where geo_level = 'FRA' order by period_end"
    )
    assert told.fetchall() == [(90_000, 40_000), (0, 0), (7, 40_000)]
