"""What runs accumulate of vaccinations is what a rebuild gives: people whose injections come late, change, change
hands, are deleted, entered twice or erased with them.

The house is that of `test_sursaud_as_rebuilt`, with injections and requests for erasure in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST, Warehouse

KEPT = {
    "regions": "reg in ('84', '11')",
    "departements": "dep in ('01', '69', '75')",
    "age_years": "true",
    "age_classes": "true",
}
COLUMNS = [
    "id_injection", "version", "nature", "id_personne", "id_centre", "date_injection", "rang", "vaccin",
    "schema_complet", "rappel", "sexe", "age", "departement_residence", "public",
]  # fmt: skip
COMPARED = ["calendar", "cells", "cube", "cube_windows", "strata", "fates", "account"]
PUBLISHED = ["cumulative_first_doses", "first_dose_coverage", "vacsi_v_dep", "vacsi_a_reg"]
#: Few people, so that one has many injections.
PEOPLE = 12


@dataclass(frozen=True)
class Injection:
    """A version of an injection."""

    key: int
    version: int
    kind: str
    person: int
    centre: str
    on: dt.date
    dose: int | None
    product: str | None
    complete: str | None
    booster: int | None
    sex: str | None
    age: int | None
    dep: str | None
    group: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def injection(draw: random.Random, key: int, day: int) -> Injection:
    """A first sending, of a day after the first one."""
    return Injection(
        key, 1, "new", draw.randrange(PEOPLE), f"CTR{draw.randrange(2)}", FIRST + dt.timedelta(days=day),
        draw.choice([1, 1, 2, 2, 3, 4, None]), draw.choice(["1", "2", "4", None]), draw.choice(["O", "N", None]),
        draw.choice([None, None, 1, 2]), draw.choice(["F", "H", None]), draw.choice([4, 11, 12, 79, 80, None]),
        draw.choice(["01", "69", "69", "75", "99", None]), draw.choice([None, "RESIDENT", "LIBERAL"]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Injection) -> Injection:
    """A version after another one: corrected, deleted, of another person, as it was, or with a lower number."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["rank", "day", "deleted", "same", "person", "product", "place"]):
        case "rank":
            return replace(after, dose=draw.choice([1, 2, None]), complete="O")
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=draw.choice([1, 3])))
        case "deleted":
            return replace(after, kind="deletion")
        case "person":
            return replace(after, person=draw.randrange(PEOPLE))
        case "product":
            return replace(after, product=draw.choice(["1", None]), group=None)
        case "place":
            return replace(after, dep=draw.choice(["01", None]), age=draw.choice([11, 80]))
    return before


@dataclass
class House(Warehouse):
    """A lake in memory with injections, a warehouse brought up to date run after run, and one made anew.

    A house of another theme of persons has a `theme`, `seeds`, `what_is_compared` and `land` of its own.
    """

    theme = "int_vaccination__"
    seeds = KEPT

    settings: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        theme = self.theme.removeprefix("int_").removesuffix("__")
        self.open(theme, (), self.what_is_compared(), self.seeds, **self.settings)

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        published = ["cumulative_first_doses", "first_dose_coverage", "vacsi_v_dep", "vacsi_a_reg"]
        return [self.theme + what for what in COMPARED] + published

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new injections of some days, and of `again` versions of earlier ones; its key."""
        new = [injection(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.file("vacsi", COLUMNS, [row.row() for row in rows])

    def erase(self, person: int) -> int:
        """Ask for a person to be forgotten; the key of the file."""
        return self.file("erasure", ["id_personne", "date_demande"], [(person, self.today)])

    def figure(self, figure: str, where: str = "true") -> int:
        """The sum of a figure over the days in France, every age and sex."""
        cube = self.databases["daily"].relation(self.theme + "cube")
        told = self.connection.execute(
            f"select coalesce(sum({figure}), 0)::int from {cube} where period = 'day' and geo_level = 'FRA'"
            f" and sex = 'all' and age_scheme = 'all' and {where}"
        )
        return told.fetchone()[0]


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    House("vacsi", tmp_path, dice("vaccinations equal a rebuild", number)).assert_runs_equal_a_rebuild(PEOPLE)


ONE = Injection(1, 1, "new", 1, "CTR0", FIRST, 1, "1", "N", None, "F", 30, "69", None)


def test_a_person_counts_once_for_each_thing_by_the_first_injection_entered(tmp_path):
    """Entered twice it is two doses and one person; an earlier one that comes later is the one that counts, and without
    it the other does again."""
    house = House("vacsi", tmp_path, dice("once"))
    later = replace(ONE, key=2, on=FIRST + dt.timedelta(days=9), dep="75")
    house.file("vacsi", COLUMNS, [later.row()])
    house.run()
    ninth, first = (f"period_end = date '{on}'" for on in (later.on, FIRST))
    assert (house.figure("doses"), house.figure("dose1"), house.figure("dose1", ninth)) == (1, 1, 1)
    earlier = house.file("vacsi", COLUMNS, [ONE.row(), replace(ONE, key=3, dose=2, complete="O", booster=1).row()])
    house.run()
    told = [house.figure(figure) for figure in ("doses", "dose1", "dose2", "complete", "booster1")]
    assert told == [3, 1, 1, 1, 1] and house.figure("dose1", first) == 1
    house.assert_same_as_rebuilt()
    house.withdraw(earlier)
    house.run()
    assert (house.figure("doses"), house.figure("dose1", ninth), house.figure("complete")) == (1, 1, 0)
    house.assert_same_as_rebuilt()


def test_a_person_who_is_erased_is_counted_no_more(tmp_path):
    house = House("vacsi", tmp_path, dice("erased"))
    house.file("vacsi", COLUMNS, [ONE.row(), replace(ONE, key=2, person=2).row()])
    house.run()
    assert house.figure("dose1") == 2
    house.erase(1)
    house.run()
    assert (house.figure("dose1"), house.figure("doses")) == (1, 1)
    house.assert_same_as_rebuilt()


def test_only_a_booster_with_a_bivalent_product_is_bivalent(tmp_path):
    house = House("vacsi", tmp_path, dice("bivalent"))
    rows = [
        replace(ONE, key=number, person=number, product=product, booster=booster)
        for number, (product, booster) in enumerate([("8", 1), ("8", None), ("1", 1), ("9", 4), ("12", 2), (None, 1)])
    ]
    house.file("vacsi", COLUMNS, [row.row() for row in rows])
    house.run()
    assert (house.figure("bivalent"), house.figure("booster1"), house.figure("dose1")) == (3, 3, 6)
