"""What runs accumulate of figures as reported is what a rebuild gives.

The house is that of `test_sursaud_as_rebuilt`, with opinions on départements, reports of reservists, of infected
professionals or of countries in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

import pytest
from brute_force_reports import INDICATORS, RESERVE, RISK, STAFF, WORLD, Feed
from drawing import dice
from rendered_models import Project
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

THEMES = {
    "analyse_risque": "risk", "reserve_sanitaire": "health_reserve", "soignants_infectes": "infected_staff",
    "monde": "world",
}  # fmt: skip
FEEDS = {feed.name: feed for feed in (RISK, RESERVE, STAFF, WORLD)}
KEPT = {
    "regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')", "continents": "true",
}  # fmt: skip
SUNDAY = FIRST + dt.timedelta(days=7 - FIRST.isoweekday())


def report(draw: random.Random, feed: Feed, key: int, day: int) -> dict:
    """A first sending, of a day after the first one, or of its week."""
    on = SUNDAY + dt.timedelta(days=7 * (day // 7)) if feed.weekly else FIRST + dt.timedelta(days=day)
    told = {"version": 1, "nature": "new", feed.day: on} | figures(draw, feed)
    if feed is RISK:
        return told | {"departement": draw.choice(["01", "69", "75", "99"])}
    if feed is WORLD:
        country = draw.choice([("ESP", "Europe"), ("IND", "Asia"), ("JPG", "Other")])
        return told | {"id_releve": key} | dict(zip(("pays", "continent"), country, strict=True))
    sender = "cellule" if feed is RESERVE else "etablissement"
    return told | {"id_releve": key, "region": draw.choice(["84", "11", "76"]), sender: draw.choice(["ARS84", "ARS11"])}


def figures(draw: random.Random, feed: Feed) -> dict:
    """What a report says."""
    if feed is RISK:
        level = draw.choice(["LIMITEE", "MODEREE", "ELEVEE", None])
        return {"vulnerabilite": level, "zone_circulation_active": draw.choice("ON")}
    if feed is WORLD:
        return {"cas": draw.choice([None, -500, 0, 90_000]), "deces": draw.choice([None, -2, 7])}
    figure = "reservistes" if feed is RESERVE else "professionnels_infectes"
    return {figure: draw.choice([None, 0, 1, 40, 900])}


def sent_again(draw: random.Random, feed: Feed, before: dict) -> dict:
    """A version after another one: other figures, of another place or day, deleted, as it was, or older."""
    after = before | {"version": max(1, before["version"] + draw.choice([1, 1, 1, 1, 0, -1])), "nature": "correction"}
    match draw.choice(["figures", "figures", "elsewhere", "deleted", "same"]):
        case "figures":
            return after | figures(draw, feed)
        case "elsewhere" if feed is not RISK:
            elsewhere = {"region": "11", "continent": "Africa"}[feed.place]
            return after | {feed.place: elsewhere, feed.day: before[feed.day] - dt.timedelta(days=7)}
        case "deleted":
            return after | {"nature": "deletion"}
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with reports, a warehouse brought up to date run after run, and one made anew."""

    sent: list[dict] = field(default_factory=list)

    def __post_init__(self) -> None:
        what = ["calendar", "cells", "cube", "fates", "account"] + ["cube_windows"] * (self.feed == RESERVE.name)
        published = [name for name, (feed, _) in INDICATORS.items() if feed.name == self.feed]
        self.open(THEMES[self.feed], what, published, KEPT)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new reports of some days, and of `again` versions of earlier ones; its key."""
        feed = FEEDS[self.feed]
        new = [report(self.draw, feed, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, feed, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(list(feed.forms), [tuple(row[name] for name in feed.forms) for row in rows])


@pytest.mark.parametrize("feed", list(FEEDS))
@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, feed, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    House(feed, tmp_path, dice(f"{feed} equals a rebuild", number)).assert_runs_equal_a_rebuild()


def test_another_opinion_on_the_same_week_takes_the_place_of_the_first(tmp_path):
    """A département is of one level: it is not counted twice when experts change their mind."""
    house = House("analyse_risque", tmp_path, dice("opinion"))
    row = {"departement": "69", "fin_semaine": SUNDAY, "zone_circulation_active": "N"}
    first, second = ("new", 1, "MODEREE"), ("correction", 2, "ELEVEE")
    for nature, version, level in (first, second):
        told = row | {"nature": nature, "version": version, "vulnerabilite": level}
        house.deliver(list(RISK.forms), [tuple(told[name] for name in RISK.forms)])
        house.run()
    table = house.databases["daily"].relation("vulnerability")
    told = house.connection.execute(
        f"select stratum, value from {table} where geo_level = 'FRA' and value > 0 order by all"
    )
    assert told.fetchall() == [("high", 1)]


def test_figures_that_are_divided_by_nothing_rest_on_no_population():
    """Cases of the world do not wait for the inhabitants of communes, nor name Insee as their source."""
    of = [name for name in Project.read().upstream(list(INDICATORS)) if name.startswith("int_referential")]
    assert of == []
