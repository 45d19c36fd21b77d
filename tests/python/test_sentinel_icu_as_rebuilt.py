"""What runs accumulate of sentinel intensive care is what a rebuild gives: forms that are late, completed, corrected,
deleted or withdrawn. The house is that of the vaccinations, with forms in the lake, of which no person is known."""

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
    "id_fiche", "version", "nature", "service", "departement", "date_admission", "sexe", "age", "sdra", "comorbidite",
]  # fmt: skip
COMPARED = ["calendar", "cells", "cube", "cube_windows", "fates", "account"]


@dataclass(frozen=True)
class Form:
    """A version of a form."""

    key: int
    version: int
    kind: str
    unit: str
    dep: str
    on: dt.date
    sex: str | None
    age: int | None
    severity: str | None
    comorbidity: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())


ONE = Form(1, 1, "new", "REA01", "69", FIRST, "F", 60, "SEVERE", "O")


def form(draw: random.Random, key: int) -> Form:
    """A first sending."""
    return Form(
        key, 1, "new", f"REA0{draw.randrange(3)}", draw.choice(["01", "69", "75", "99"]),
        FIRST + dt.timedelta(days=draw.randrange(40)), draw.choice(["F", "H", None]), draw.choice([14, 15, 75, None]),
        draw.choice(["SEVERE", "ABSENT", None]), draw.choice(["O", "N", None]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Form) -> Form:
    """A version after another one."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["completed", "day", "deleted", "same", "place"]):
        case "completed":
            return replace(after, severity="MODERE", comorbidity=draw.choice(["O", "N"]))
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=draw.choice([1, 8])))
        case "deleted":
            return replace(after, kind="deletion")
        case "place":
            return replace(after, dep=draw.choice(["01", "75"]), age=60)
    return before


class Units(House):
    """A house with forms."""

    theme = "int_sentinel_icu__"

    def __init__(self, folder: Path, draw: random.Random) -> None:
        super().__init__("rea_sentinelle", folder, draw)

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        published = ["sentinel_icu_cases", "sentinel_icu_comorbidity_share"]
        return [self.theme + what for what in COMPARED] + published

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of so many new ones as there are days, and of `again` versions of earlier ones; its key."""
        return self.send([form(self.draw, len(self.sent) + number) for number, _ in enumerate(days)], again)

    def send(self, new: list[Form], again: int = 0) -> int:
        """Append a delivery of forms, and of `again` versions of earlier ones; its key."""
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.sent += rows
        return self.file("rea_sentinelle", COLUMNS, [row.row() for row in rows])


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    Units(tmp_path, dice("sentinel intensive care equals a rebuild", number)).assert_runs_equal_a_rebuild(steps=6)


def test_what_is_not_known_yet_is_in_no_share(tmp_path):
    """Nor is it without comorbidity; when the form is completed, the share follows."""
    house = Units(tmp_path, dice("not known yet"))
    shares = house.databases["daily"].relation("sentinel_icu_comorbidity_share")
    asked = f"select numerator, denominator from {shares} where geo_code = 'FR' and sex = 'all' and age_scheme = 'all'"
    monday = FIRST + dt.timedelta(days=8 - FIRST.isoweekday())
    every_day = [replace(ONE, key=10 + n, on=monday + dt.timedelta(days=n)) for n in range(7)]
    house.send([*every_day, replace(ONE, key=1, on=monday, comorbidity=None)])
    house.run()
    assert house.connection.execute(asked).fetchall() == [(7, 7)]
    house.send([replace(ONE, key=1, version=2, kind="correction", on=monday, comorbidity="N")])
    house.run()
    assert house.connection.execute(asked).fetchall() == [(7, 8)]
    house.assert_same_as_rebuilt()
