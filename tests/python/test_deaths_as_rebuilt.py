"""What runs accumulate of deaths, and the baseline that is fitted on them, is what a rebuild gives.

The house is that of `test_sursaud_as_rebuilt`, with deaths in the lake and six years of them taken over.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')", "age_classes": "true"}
COLUMNS = [
    "id_deces", "version", "nature", "commune", "envoi_depuis", "date_deces", "date_transmission", "sexe", "age",
    "reprise",
]  # fmt: skip
COMPARED = [
    "calendar", "cells", "cube", "cube_windows", "fates", "account", "panel", "panel_deaths", "baseline",
    "transmission",
]  # fmt: skip
PUBLISHED = ["deaths_within_week_share", "mortality_z_score", "mortality_excess_class", "expected_deaths"]
LONG_AGO = dt.date(2010, 1, 1)
SETTING = {
    "spring": [15, 26], "autumn": [36, 45], "years": 5, "least": 3, "weekly": 5, "withheld_days": 7,
    "provisional_days": 28,
}  # fmt: skip


@dataclass(frozen=True)
class Death:
    """A version of a death."""

    key: int
    version: int
    kind: str
    com: str
    since: dt.date | None
    on: dt.date
    transmitted: dt.date
    sex: str | None
    age: int | None
    history: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def death(draw: random.Random, key: int, day: int) -> Death:
    """A first sending, of a day after the first one; communes of which one never transmits electronically."""
    on = FIRST + dt.timedelta(days=day)
    com = draw.choice(["01004", "69123", "69123", "75056", "99999"])
    return Death(
        key, 1, "new", com, None if com == "01004" else LONG_AGO, on,
        on + dt.timedelta(days=draw.choice([0, 2, 9, 20])),
        draw.choice(["F", "H", "I", None]), draw.choice([0, 14, 15, 64, 65, 85, None]), draw.choice([None, "N"]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Death) -> Death:
    """A version after another one: corrected, deleted, as it was, or with a lower number."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["day", "deleted", "same", "place", "age", "stopped", "history"]):
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=draw.choice([1, 3])))
        case "deleted":
            return replace(after, kind="deletion")
        case "place":
            return replace(after, com=draw.choice(["01004", "75056"]), since=draw.choice([None, LONG_AGO]))
        case "age":
            return replace(after, age=draw.choice([64, 65, None]), sex="F")
        case "stopped":
            return replace(after, since=None)
        case "history":
            return replace(after, history="O")
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with deaths, a warehouse brought up to date run after run, and one made anew."""

    THEME, COMPARED, PUBLISHED, KEPT = "mortality", COMPARED, PUBLISHED, KEPT

    def __post_init__(self) -> None:
        self.open(self.THEME, self.COMPARED, self.PUBLISHED, self.KEPT, baseline=SETTING)

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new deaths of some days, and of `again` versions of earlier ones; its key."""
        new = [death(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS, [row.row() for row in rows])

    def land_history(self, weekly: int = 6) -> int:
        """So many deaths in each week of 2016 to 2020, and a few more in winter, all in one commune; the key."""
        rows = []
        for week in range(52 * 5):
            monday = dt.date(2016, 1, 4) + dt.timedelta(weeks=week)
            for number in range(weekly + (week * 7) % 3 + 3 * (monday.month in (12, 1, 2))):
                day = monday + dt.timedelta(days=number % 7)
                rows.append(Death(
                    10**6 + len(rows), 1, "new", "69123", LONG_AGO, day, day, "F", [40, 80][number % 2], "O"
                ))  # fmt: skip
        return self.deliver(COLUMNS, [row.row() for row in rows])

    def deaths(self, days: list[dt.date]) -> None:
        """Append a delivery of deaths of 69, one on each of the days."""
        rows = [
            Death(len(days) + n, 1, "new", "69123", LONG_AGO, day, day, "F", 80, None) for n, day in enumerate(days)
        ]
        self.accepted.remove(self.file("insee_deces", COLUMNS, [row.row() for row in rows]))

    def z_scores(self, place: str = "69") -> dict[dt.date, tuple]:
        """Numerator, expected deaths, z-score and status of each week of a place, all ages."""
        table = self.databases["daily"].relation("mortality_z_score")
        rows = self.connection.execute(
            "select period_end, numerator, denominator, value, status"
            f" from {table} where geo_code = '{place}' and age_scheme = 'all' order by period_end"
        ).fetchall()
        return {day: tuple(of) for day, *of in rows}


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    house = House("insee_deces", tmp_path, dice("deaths equal a rebuild", number))
    house.land_history()
    house.assert_runs_equal_a_rebuild(steps=6, sizes=(3, 12, 40))


#: The first whole week: FIRST is a Thursday.
MONDAY = FIRST + dt.timedelta(days=4)
WEEK_ENDS = [MONDAY + dt.timedelta(days=6 + 7 * n) for n in range(3)]


def house_of(tmp_path, *deaths_of_weeks: int, **of: object) -> House:
    """A house with a history and so many deaths in each of three weeks, after one death before and one after them."""
    house = House("insee_deces", tmp_path, dice("one"))
    house.land_history()
    rows = []
    days = [FIRST - dt.timedelta(days=3), WEEK_ENDS[-1] + dt.timedelta(days=1)]
    for week, number in enumerate(deaths_of_weeks):
        days += [MONDAY + dt.timedelta(days=7 * week + n % 7) for n in range(number)]
    for day in days:
        rows.append(Death(len(rows), 1, "new", "69123", LONG_AGO, day, day, "F", 80, None))
    house.deliver(COLUMNS, [row.row() for row in [*rows, *(of.get("more") or [])]])
    house.run()
    return house


def test_an_excess_is_told_as_one(tmp_path):
    house = house_of(tmp_path, 7, 40, 7)
    found = [house.z_scores()[end] for end in WEEK_ENDS]
    assert [row[0] for row in found] == [7, 40, 7] and all(6 < row[1] < 9 for row in found)
    assert -2 < found[0][2] < 2 and found[1][2] > 7 and all(row[3] == "final" for row in found)
    house.assert_same_as_rebuilt()


def test_no_data_is_not_no_excess(tmp_path):
    """Of a week of which no death of a place is known nothing is told, though some are expected."""
    house = house_of(tmp_path, 7, 0, 7)
    found = [house.z_scores()[end] for end in WEEK_ENDS]
    assert found[1][0] is None and found[1][2:] == (None, "not_applicable") and found[1][1] > 6
    assert found[0][2] is not None
    excess = house.databases["daily"].relation("mortality_excess_class")
    assert house.connection.execute(
        f"select value from {excess} where geo_code = '69' and age_scheme = 'all' and period_end = '{WEEK_ENDS[1]}'"
    ).fetchall() == [(None,)]


def test_a_week_is_told_when_it_is_old_enough(tmp_path):
    """Not before a week has passed, and as provisional for four weeks."""
    house = house_of(tmp_path, 7, 7, 7)
    last = WEEK_ENDS[-1]
    for days, status in ((6, "not_applicable"), (7, "provisional"), (27, "provisional"), (28, "final")):
        received = last + dt.timedelta(days=days)
        for table in (house.source("insee_deces", "insee_deces"), house.ledger):
            house.connection.execute(f"update {table} set received_on = date '{received}'")
        house.databases["daily"].run(house.order, full_refresh=True)
        assert house.z_scores()[last][3] == status, days


def test_a_place_with_few_deaths_has_no_baseline(tmp_path):
    house = house_of(tmp_path, 7, 7, 7)
    assert {row[1:] for row in house.z_scores("75").values()} == {(None, None, "not_applicable")}


def test_a_commune_that_has_stopped_or_begun_is_in_no_panel(tmp_path):
    """Its deaths are counted and not compared."""
    on = MONDAY + dt.timedelta(days=1)
    begun = [Death(900 + n, 1, "new", "69256", on, on, on, "H", 70, None) for n in range(9)]
    house = house_of(tmp_path, 7, 7, 7, more=begun)
    assert house.z_scores()[WEEK_ENDS[0]][0] == 7
    # The last death that is known of it, and in no whole week.
    after = WEEK_ENDS[-1] + dt.timedelta(days=2)
    house.deliver(COLUMNS, [Death(990, 1, "new", "69123", None, after, after, "H", 70, None).row()])
    house.run()
    assert set(house.z_scores().values()) == {(None, None, None, "not_applicable")}
    cube = house.databases["daily"].relation("int_mortality__cube")
    [(told,)] = house.connection.execute(
        f"select sum(deaths) from {cube} where period = 'week' and geo_code = '69' and geo_level = 'DEP'"
        " and sex = 'all' and age_scheme = 'all'"
    ).fetchall()
    # With the one in the week before the first one.
    assert told == 7 * 3 + 9 + 1


def test_past_deaths_make_the_baseline_and_stand_in_no_figure(tmp_path):
    house = house_of(tmp_path, 7, 7, 7)
    [calendar] = house.connection.execute(
        f"from {house.databases['daily'].relation('int_mortality__calendar')}"
    ).fetchall()
    assert calendar[0] == FIRST - dt.timedelta(days=3)
    cube = house.databases["daily"].relation("int_mortality__cube")
    [(told,)] = house.connection.execute(
        f"select sum(deaths) from {cube} where period = 'day' and geo_level = 'FRA' and sex = 'all'"
        " and age_scheme = 'all'"
    ).fetchall()
    assert told == 7 * 3 + 2 and {row[1] > 6 for row in house.z_scores().values()} == {True}


def test_too_few_years_are_no_baseline(tmp_path):
    house = House("insee_deces", tmp_path, dice("short"))
    house.land(list(range(40)) * 2)
    house.run()
    assert house.z_scores() == {}
