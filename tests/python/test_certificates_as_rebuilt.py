"""What runs accumulate of certificates is what a rebuild gives.

The house is that of `test_deaths_as_rebuilt`, with certificates in the lake, and deaths beside them.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_deaths_as_rebuilt import House as DeathsHouse
from test_sursaud_as_rebuilt import EXAMPLES, FIRST

COLUMNS = [
    "id_certificat", "version", "nature", "etablissement", "departement", "lieu", "date_deces", "sexe", "age", "causes",
]  # fmt: skip
COMPARED = ["calendar", "cells", "cube", "cube_windows", "fates", "account", "establishments", "coverage"]


@dataclass(frozen=True)
class Certificate:
    """A version of a certificate."""

    key: int
    version: int
    kind: str
    establishment: str | None
    dep: str
    place: str | None
    on: dt.date
    sex: str | None
    age: int | None
    causes: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


def certificate(draw: random.Random, key: int, day: int) -> Certificate:
    """A first sending, of a day after the first one."""
    dep = draw.choice(["01", "69", "69", "75", "99"])
    return Certificate(
        key, 1, "new", draw.choice([None, f"{dep}0000001", f"{dep}0000002"]), dep,
        draw.choice(["HOPITAL", "EHPAD", "DOMICILE", None]), FIRST + dt.timedelta(days=day),
        draw.choice(["F", "H", None]), draw.choice([0, 64, 90, None]), draw.choice([None, "U07.1", "U071,I10", "R54"]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Certificate) -> Certificate:
    """A version after another one: coded, corrected, deleted, as it was, or with a lower number."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["coded", "coded", "deleted", "same", "day", "place", "sender"]):
        case "coded":
            return replace(after, causes="J96.0,U07.1" if before.causes is None else None)
        case "deleted":
            return replace(after, kind="deletion")
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=draw.choice([1, 3])))
        case "place":
            return replace(after, dep=draw.choice(["01", "75"]), place="HOPITAL")
        case "sender":
            return replace(after, establishment=draw.choice([None, "690000009"]))
    return before


@dataclass
class House(DeathsHouse):
    """A lake in memory with certificates, a warehouse brought up to date run after run, and one made anew."""

    THEME = "certificates"
    COMPARED = COMPARED
    PUBLISHED = ["covid_certificates", "cumulative_covid_certificates", "electronic_certification_share"]
    KEPT = {
        "regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')", "age_classes": "true",
        "age_years": "true", "certificate_causes": "true",
    }  # fmt: skip

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new certificates of some days, and of `again` versions of earlier ones; its key."""
        new = [certificate(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.deliver(COLUMNS, [row.row() for row in rows])

    def share(self) -> list[tuple]:
        """Certificates, deaths and share of the weeks of a place."""
        table = self.databases["daily"].relation("electronic_certification_share")
        return self.connection.execute(
            f"select numerator, denominator, value from {table} where geo_level = 'DEP' and geo_code = '69'"
            " order by period_end"
        ).fetchall()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    house = House("cepidc", tmp_path, dice("certificates equal a rebuild", number))
    house.assert_runs_equal_a_rebuild(steps=6, sizes=(3, 12, 40))


def test_a_share_is_of_what_both_feeds_know(tmp_path):
    """Where the registry knows fewer deaths than are certified there is no share, nor of weeks it does not have."""
    monday = FIRST + dt.timedelta(days=4)
    house = House("cepidc", tmp_path, dice("share"))
    days = [FIRST - dt.timedelta(days=3), *(monday + dt.timedelta(days=n % 21) for n in range(42))]
    rows = [Certificate(n, 1, "new", None, "69", None, day, "F", 80, None) for n, day in enumerate(days)]
    house.deliver(COLUMNS, [row.row() for row in rows])
    house.run()
    assert house.share() == []
    deaths = [4] * 7 + [1] * 7 + [2] * 7
    registry = [FIRST - dt.timedelta(days=3)]
    registry += [monday + dt.timedelta(days=n) for n, times in enumerate(deaths) for _ in range(times)]
    house.deaths(registry)
    house.run()
    assert house.share() == [(1, 1, 100), (14, 28, 50), (14, None, None), (14, 14, 100)]
