"""What runs accumulate of sequences is what a rebuild gives: lineages told anew, sequences that move to another survey
or région, are deleted or withdrawn.

The house is that of `test_sursaud_as_rebuilt`, with sequences in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')", "variant_lineages": "true"}
COLUMNS = ["id_sequence", "version", "nature", "plateforme", "debut_enquete", "region", "interpretable", "lignee"]
MONDAY = FIRST - dt.timedelta(days=FIRST.weekday())


@dataclass(frozen=True)
class Sequence:
    """A version of a sequence."""

    key: int
    version: int
    kind: str
    platform: str
    survey: dt.date
    region: str | None
    interpretable: str
    lineage: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def sequence(draw: random.Random, key: int, week: int) -> Sequence:
    """A first sending, of a survey after the first one."""
    return Sequence(
        key, 1, "new", f"PTF{draw.randrange(2)}", MONDAY + dt.timedelta(days=7 * week),
        draw.choice(["84", "84", "11", "76", None]), draw.choice("OOON"),
        draw.choice(["B.1.1.7", "AY.4", "BA.1", "B.1.177", None]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Sequence) -> Sequence:
    """A version after another one: of another lineage, survey or région, deleted, as it was, or with a lower number."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["lineage", "lineage", "survey", "region", "deleted", "same", "platform"]):
        case "lineage":
            return replace(after, interpretable="O", lineage=draw.choice(["AY.4.2", "BA.2", None]))
        case "survey":
            return replace(after, survey=before.survey - dt.timedelta(days=7))
        case "region":
            return replace(after, region=draw.choice(["11", None]))
        case "deleted":
            return replace(after, kind="deletion")
        case "platform":
            return replace(after, platform="PTF9")
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with sequences, a warehouse brought up to date run after run, and one made anew."""

    def __post_init__(self) -> None:
        what, least = ("calendar", "cells", "cube", "fates", "account"), {"survey": 5, "place": 2}
        self.open("sequencing", what, ["variant_share", "interpretable_sequences"], KEPT, minimum_sequences=least)

    def land(self, weeks: list[int], again: int = 0) -> int:
        """Append a delivery of new sequences of some weeks, and of `again` versions of earlier ones; its key."""
        new = [sequence(self.draw, len(self.sent) + number, week) for number, week in enumerate(weeks)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS, [row.row() for row in rows])


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some runs killed between two tables."""
    House("emergen", tmp_path, dice("sequences equal a rebuild", number)).assert_runs_equal_a_rebuild(days=8)


def test_a_lineage_told_anew_moves_its_sequence_to_another_variant(tmp_path):
    house = House("emergen", tmp_path, dice("told anew"))
    one = Sequence(1, 1, "new", "PTF1", MONDAY, "84", "N", None)
    # Of a lineage that begins like the name of another one.
    alike = replace(one, key=2, interpretable="O", lineage="B.1.1.70")
    house.deliver(COLUMNS, [one.row(), alike.row()])
    house.run()
    house.deliver(COLUMNS, [replace(one, version=2, kind="correction", interpretable="O", lineage="BA.1.17").row()])
    house.run()
    cube = house.databases["daily"].relation("int_sequencing__cube")
    told = house.connection.execute(
        f"select geo_level, period_start, sequences, interpretable, omicron_ba1, alpha, other from {cube}"
        " where sequences > 0 order by 1"
    )
    assert told.fetchall() == [("FRA", MONDAY, 2, 2, 1, 0, 1), ("REG", MONDAY, 2, 2, 1, 0, 1)]
    house.assert_same_as_rebuilt()
