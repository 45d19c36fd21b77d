"""What runs accumulate of clusters is what a rebuild gives: closed late, opened again, of another kind of place, fewer
cases than a cluster has, deleted.

The house is that of `test_sursaud_as_rebuilt`, with clusters in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

COLUMNS = [
    "id_cluster", "version", "nature", "agence", "departement", "type_collectivite", "criticite", "statut",
    "nombre_cas", "date_signalement", "date_cloture",
]  # fmt: skip
KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')"}
COMPARED = ["calendar", "cells", "cube", "cube_windows", "fates", "account"]


@dataclass(frozen=True)
class Cluster:
    """A version of a cluster."""

    key: int
    version: int
    kind: str
    agency: str
    dep: str
    place: str
    criticality: str | None
    state: str
    cases: int
    on: dt.date
    closed: dt.date | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def cluster(draw: random.Random, key: int, day: int) -> Cluster:
    """A first sending, of a day after the first one."""
    on = FIRST + dt.timedelta(days=day)
    closed = on + dt.timedelta(days=draw.choice([0, 5, 20])) if draw.random() < 0.3 else None
    return Cluster(
        key, 1, "new", draw.choice(["ARS84", "ARS11"]), draw.choice(["01", "69", "75", "99"]),
        draw.choice(["EHPAD", "SCOLAIRE", "AUTRE", "SPORT"]),
        draw.choice(["LIMITEE", "ELEVEE", None]), "CLOTURE" if closed else draw.choice(["INVESTIGATION", "DIFFUSION"]),
        draw.choice([2, 3, 40]), on, closed,
    )  # fmt: skip


def sent_again(draw: random.Random, before: Cluster) -> Cluster:
    """A version after another one: closed, opened again, coded anew, with other cases, deleted, as it was, older."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["closed", "closed", "opened", "kind", "cases", "deleted", "same", "day"]):
        case "closed":
            return replace(after, state="CLOTURE", closed=before.on + dt.timedelta(days=draw.choice([1, 9, 30])))
        case "opened":
            return replace(after, state="MAITRISE", closed=None)
        case "kind":
            return replace(after, place="TRANSPORT", criticality=draw.choice(["MODEREE", None]))
        case "cases":
            return replace(after, cases=draw.choice([0, 2, 3, 9]))
        case "deleted":
            return replace(after, kind="deletion")
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=2), dep="01")
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with clusters, a warehouse brought up to date run after run, and one made anew."""

    def __post_init__(self) -> None:
        self.open("clusters", COMPARED, ["clusters_under_way", "cumulative_clusters", "cases_per_cluster"], KEPT)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new clusters of some days, and of `again` versions of earlier ones; its key."""
        new = [cluster(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.clusters(*rows)

    def clusters(self, *rows: Cluster) -> int:
        """Append a delivery of these; its key."""
        return self.deliver(COLUMNS, [row.row() for row in rows])

    def by_day(self, figure: str) -> list[int]:
        """A figure in France, of every day from the first one to the last."""
        cube = self.databases["daily"].relation(self.theme + "cube")
        told = self.connection.execute(
            f"select {figure} from {cube} where period = 'day' and geo_level = 'FRA' order by period_end"
        )
        return [number for (number,) in told.fetchall()]


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    House("monic", tmp_path, dice("clusters equal a rebuild", number)).assert_runs_equal_a_rebuild()


ONE = Cluster(1, 1, "new", "ARS84", "69", "EHPAD", "ELEVEE", "INVESTIGATION", 5, FIRST, None)
OTHER = replace(ONE, key=2, on=FIRST + dt.timedelta(days=4), place="SPORT", criticality=None)


def closed(of: Cluster, version: int, days: int) -> Cluster:
    """A version that closes a cluster so many days after its report."""
    day = of.on + dt.timedelta(days=days)
    return replace(of, version=version, kind="correction", state="CLOTURE", closed=day)


@pytest.fixture
def house(tmp_path) -> House:
    """A house in which two clusters have been reported, four days apart."""
    house = House("monic", tmp_path, dice("clusters"))
    house.clusters(ONE, OTHER)
    house.run()
    assert house.by_day("under_way") == [1, 1, 1, 1, 2] and house.by_day("under_way_high") == [1] * 5
    return house


def test_a_closing_that_comes_late_changes_the_days_since_it_took_place(house):
    house.clusters(closed(ONE, 2, 2))
    house.run()
    assert (house.by_day("under_way"), house.by_day("clusters_closed")) == ([1, 1, 0, 0, 1], [0, 0, 1, 0, 0])
    assert house.by_day("clusters_to_date_closed") == [1] * 5, "the state is that of now"
    house.assert_same_as_rebuilt()


def test_a_cluster_that_is_opened_again_was_not_closed(house):
    house.clusters(closed(ONE, 2, 2))
    house.run()
    house.clusters(replace(ONE, version=3, kind="correction", state="MAITRISE"))
    house.run()
    assert (house.by_day("under_way"), sum(house.by_day("clusters_closed"))) == ([1, 1, 1, 1, 2], 0)
    house.assert_same_as_rebuilt()


def test_fewer_than_three_linked_cases_are_no_cluster(house):
    house.clusters(replace(ONE, version=2, kind="correction", cases=2))
    house.run()
    assert (house.by_day("clusters"), house.by_day("under_way")) == ([1], [1]), "the other one is left, and its day"
    house.clusters(replace(ONE, version=3, kind="correction", cases=3))
    house.run()
    assert house.by_day("cluster_cases") == [3, 0, 0, 0, 5]
    house.assert_same_as_rebuilt()


def test_a_kind_of_place_that_is_coded_anew_moves(house):
    house.clusters(replace(ONE, version=2, kind="correction", place="SPORT"))
    house.run()
    assert [sum(house.by_day(f"clusters_{kind}")) for kind in ("care_home", "sport")] == [0, 2]
    assert house.by_day("under_way_sport") == [1, 1, 1, 1, 2]
    house.assert_same_as_rebuilt()
