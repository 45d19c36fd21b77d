"""What runs accumulate of care homes is what a rebuild gives: reports that come late, out of order, change, move to
another episode or home, are deleted, or give no count.

The house is that of `test_sursaud_as_rebuilt`, with reports in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')"}
COLUMNS = [
    "id_bilan", "version", "nature", "id_signalement", "id_etablissement", "type_etablissement", "departement",
    "date_premiers_signes", "date_bilan", "etape", "residents", "personnel", "cas_confirmes_residents",
    "cas_possibles_residents", "cas_confirmes_personnel", "cas_possibles_personnel", "deces_etablissement",
    "deces_hopital",
]  # fmt: skip
#: Few homes and episodes, so that one has many reports.
HOMES, EPISODES = 3, 6


@dataclass(frozen=True)
class Report:
    """A version of a report."""

    key: int
    version: int
    kind: str
    episode: int
    home: str
    home_kind: str
    dep: str
    signs: dt.date | None
    at: dt.datetime
    stage: str
    residents: int | None
    staff: int | None
    residents_confirmed: int | None
    residents_possible: int | None
    staff_confirmed: int | None
    staff_possible: int | None
    deaths_home: int | None
    deaths_hospital: int | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def count(draw: random.Random, most: int) -> int | None:
    """A count up to `most`, or none."""
    return draw.choice([None, *range(most)])


def report(draw: random.Random, key: int, day: int) -> Report:
    """A first sending, of a day after the first one."""
    on, home = FIRST + dt.timedelta(days=day), draw.randrange(HOMES)
    return Report(
        key, 1, "new", draw.randrange(EPISODES), f"01000000{home}", draw.choice(["EHPAD", "HANDICAP", "AUTRE"]),
        draw.choice(["01", "69", "99"]), draw.choice([None, None, FIRST, FIRST + dt.timedelta(days=day // 10)]),
        dt.datetime.combine(on, dt.time(draw.randrange(24))), draw.choice(["INITIAL", "SUIVI", "SUIVI", "CLOTURE"]),
        count(draw, 9), count(draw, 9), count(draw, 9), count(draw, 5), count(draw, 5), count(draw, 3), count(draw, 4),
        count(draw, 3),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Report) -> Report:
    """A version after another one: corrected, deleted, of another episode or home, as it was, or a lower one."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["count", "count", "day", "deleted", "same", "episode", "home", "stage", "place"]):
        case "count":
            return replace(after, residents_confirmed=count(draw, 9), deaths_home=count(draw, 4))
        case "day":
            return replace(after, at=before.at - dt.timedelta(hours=draw.choice([1, 30, 100])), signs=None)
        case "deleted":
            return replace(after, kind="deletion")
        case "episode":
            return replace(after, episode=draw.randrange(EPISODES))
        case "home":
            return replace(after, home=f"01000000{draw.randrange(HOMES)}")
        case "stage":
            return replace(after, stage=draw.choice(["SUIVI", "CLOTURE"]), residents=count(draw, 9))
        case "place":
            return replace(after, dep=draw.choice(["01", "75"]), home_kind="ENFANCE", signs=FIRST)
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with reports, a warehouse brought up to date run after run, and one made anew."""

    def __post_init__(self) -> None:
        what = ("calendar", "cells", "cube", "fates", "account")
        self.open("care_homes", what, ["cumulative_care_home_deaths", "care_home_attack_rate"], KEPT)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new reports of some days, and of `again` versions of earlier ones; its key."""
        new = [report(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS, [row.row() for row in rows])

    def figure(self, figure: str, where: str = "true") -> int:
        """The sum of a figure over the days in France."""
        cube = self.databases["daily"].relation(self.theme + "cube")
        told = self.connection.execute(
            f"select coalesce(sum({figure}), 0)::int from {cube} where period = 'day' and geo_level = 'FRA' and {where}"
        )
        return told.fetchone()[0]

    def by_day(self, figure: str) -> dict[int, int]:
        """A figure of France by number of the day, where it is not zero."""
        cube = self.databases["daily"].relation(self.theme + "cube")
        told = self.connection.execute(
            f"select period_end, {figure} from {cube} where period = 'day' and geo_level = 'FRA' and {figure} <> 0"
        )
        return {(day - FIRST).days: number for day, number in told.fetchall()}


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    House("survesms", tmp_path, dice("care homes equal a rebuild", number)).assert_runs_equal_a_rebuild()


def at(day: int, hour: int = 18) -> dt.datetime:
    """A time so many days after the first one."""
    return dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(hour))


SIGNS = FIRST - dt.timedelta(days=1)
ONE = Report(1, 1, "new", 1, "010000001", "EHPAD", "01", SIGNS, at(0), "INITIAL", 80, 60, 3, 2, 1, 0, 0, 0)


def after(of: Report, key: int, day: int, **changed) -> Report:
    """A later report of an episode."""
    return replace(of, key=key, at=at(day), stage=changed.pop("stage", "SUIVI"), **changed)


@pytest.fixture
def house(tmp_path) -> House:
    """A house in which nothing has been delivered."""
    return House("survesms", tmp_path, dice("care homes"))


def test_a_fall_counts_on_its_day_and_stays_there_to_be_seen(house):
    reports = [
        ONE,
        after(ONE, 2, 4, residents_confirmed=9, deaths_home=3),
        after(ONE, 3, 6, residents_confirmed=7, deaths_home=2),
    ]
    house.deliver(COLUMNS, [row.row() for row in reports])
    house.run()
    assert house.by_day("residents_confirmed") == {0: 3, 4: 6, 6: -2} and house.by_day("deaths_home") == {4: 3, 6: -1}
    assert (house.by_day("residents_taken_back"), house.by_day("deaths_taken_back")) == ({6: 2}, {6: 1})
    assert list(house.by_day("deaths_home_to_date").values()) == [3, 3, 2]


def test_a_report_that_comes_out_of_order_divides_what_came_after_it(house):
    house.deliver(COLUMNS, [ONE.row(), after(ONE, 3, 6, residents_confirmed=9).row()])
    house.run()
    assert house.by_day("residents_confirmed") == {0: 3, 6: 6}
    house.deliver(COLUMNS, [after(ONE, 2, 4, residents_confirmed=5).row()])
    house.run()
    assert house.by_day("residents_confirmed") == {0: 3, 4: 2, 6: 4}
    house.assert_same_as_rebuilt()


def test_what_a_report_does_not_say_is_as_it_was(house):
    none = dict.fromkeys([*list(vars(ONE))[-6:], "residents", "staff"])
    reports = [ONE, after(ONE, 2, 4, **none), after(ONE, 3, 6, residents_confirmed=4, deaths_home=None)]
    house.deliver(COLUMNS, [row.row() for row in reports])
    house.run()
    assert (house.by_day("residents_confirmed"), house.by_day("reports")) == ({0: 3, 6: 1}, {0: 1, 4: 1, 6: 1})
    assert house.by_day("residents_taken_back") == {}


def test_an_episode_declared_twice_is_one_and_two_of_other_first_signs_are_two(house):
    twice = [replace(ONE, key=10, episode=7, at=at(1)), after(replace(ONE, episode=7), 11, 5, residents_confirmed=8)]
    house.deliver(COLUMNS, [row.row() for row in [ONE, after(ONE, 2, 4, residents_confirmed=6), *twice]])
    house.run()
    assert (house.figure("episodes"), house.by_day("residents_confirmed")) == (1, {0: 3, 4: 3, 5: 2})
    assert house.by_day("episodes_begun") == {-1: 1}
    # Other first signs, or another home, are another episode.
    others = [replace(row, signs=FIRST, version=2, kind="correction") for row in twice]
    house.deliver(COLUMNS, [row.row() for row in [*others, replace(ONE, key=12, home="010000002")]])
    house.run()
    assert (house.figure("episodes"), house.figure("residents_confirmed")) == (3, 6 + 8 + 3)
    house.assert_same_as_rebuilt()


def test_an_episode_that_is_opened_again_leaves_the_attack_rate_until_it_closes(house):
    house.deliver(COLUMNS, [ONE.row(), after(ONE, 2, 5, stage="CLOTURE", residents_confirmed=8, residents=75).row()])
    house.run()
    assert (house.by_day("attack_cases"), house.by_day("attack_residents")) == ({5: 8}, {5: 80})
    assert list(house.by_day("open_episodes")) == [0, 1, 2, 3, 4]
    house.deliver(COLUMNS, [after(ONE, 3, 9, residents_confirmed=9).row()])
    house.run()
    assert house.by_day("attack_cases") == {} and list(house.by_day("open_episodes")) == [0, 1, 2, 3, 4, 9]
    house.deliver(COLUMNS, [after(ONE, 4, 11, stage="CLOTURE", residents_confirmed=9).row()])
    house.run()
    assert house.by_day("attack_cases") == {11: 9} and house.figure("episodes") == 1
    house.assert_same_as_rebuilt()


def test_more_cases_than_residents_are_in_no_attack_rate(house):
    more = replace(ONE, stage="CLOTURE", residents=2)
    unsaid = replace(ONE, key=2, episode=2, home="010000002", stage="CLOTURE", residents=None)
    house.deliver(COLUMNS, [more.row(), unsaid.row()])
    house.run()
    assert house.by_day("attack_residents") == {} and house.figure("residents_confirmed") == 6


def test_all_of_an_episode_counts_where_its_last_report_says(house):
    house.deliver(COLUMNS, [ONE.row(), after(ONE, 2, 4, dep="69", home_kind="HANDICAP", residents_confirmed=5).row()])
    house.run()
    cube = house.databases["daily"].relation(house.theme + "cube")
    told = house.connection.execute(
        f"select geo_code, sum(residents_confirmed)::int, sum(residents_confirmed_disability)::int from {cube}"
        " where period = 'day' and geo_level = 'DEP' group by all having sum(residents_confirmed) <> 0"
    )
    assert told.fetchall() == [("69", 5, 5)]
