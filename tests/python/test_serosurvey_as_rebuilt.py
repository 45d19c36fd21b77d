"""What runs accumulate of the serological survey is what a rebuild gives: samples that come late, change, change hands
or waves, are deleted or erased. The house is that of the vaccinations, with samples and requests to erase in it."""

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
    "id_echantillon", "version", "nature", "id_personne", "laboratoire", "vague", "debut_vague", "fin_vague", "poids",
    "strate", "sexe", "age", "region", "resultat",
]  # fmt: skip
COMPARED = ["calendar", "cells", "waves", "estimates", "fates", "account"]
PEOPLE = 12


@dataclass(frozen=True)
class Blood:
    """A version of a sample."""

    key: int
    version: int
    kind: str
    person: int
    laboratory: str
    wave: int
    first: dt.date
    last: dt.date
    weight: str | None
    stratum: str
    sex: str | None
    age: int | None
    region: str | None
    result: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())

    def in_wave(self, number: int) -> Blood:
        """The same of another wave."""
        last = FIRST + dt.timedelta(days=14 * number)
        return replace(self, wave=number + 1, first=last - dt.timedelta(days=6), last=last)


ONE = Blood(1, 1, "new", 1, "LAB1", 1, FIRST, FIRST, "1.5", "F1", "F", 30, "84", "P").in_wave(1)


def blood(draw: random.Random, key: int) -> Blood:
    """A first sending."""
    return Blood(
        key, 1, "new", draw.randrange(PEOPLE), "LAB1", 1, FIRST, FIRST, draw.choice(["0.3333", "1.7", "2", None]),
        draw.choice(["F1", "F2", "M1", "M2"]), draw.choice(["F", "H", None]), draw.choice([0, 14, 15, 80, None]),
        draw.choice(["84", "11", "1", "99", None]), draw.choice(["P", "N", "N", "I", None]),
    ).in_wave(draw.randrange(5))  # fmt: skip


def sent_again(draw: random.Random, before: Blood) -> Blood:
    """A version after another one."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["weight", "wave", "deleted", "same", "person", "result"]):
        case "weight":
            return replace(after, weight=draw.choice(["0.1234", "3", None]))
        case "wave":
            return after.in_wave(draw.randrange(5))
        case "deleted":
            return replace(after, kind="deletion")
        case "person":
            return replace(after, person=draw.randrange(PEOPLE), region=draw.choice(["11", None]))
        case "result":
            return replace(after, result=draw.choice(["P", "N", None]), age=draw.choice([74, 75]))
    return before


class Survey(House):
    """A house with a survey, of which two results are enough."""

    theme = "int_serosurvey__"

    def __init__(self, folder: Path, draw: random.Random) -> None:
        super().__init__("seroprev", folder, draw, settings={"minimum_answers": 2})

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        return [self.theme + what for what in COMPARED] + ["seroprevalence"]

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of so many new ones as there are days, and of `again` versions of earlier ones; its key."""
        return self.send([blood(self.draw, len(self.sent) + number) for number, _ in enumerate(days)], again)

    def send(self, new: list[Blood], again: int = 0) -> int:
        """Append a delivery of samples, and of `again` versions of earlier ones; its key."""
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.sent += rows
        return self.file("seroprev", COLUMNS, [row.row() for row in rows])

    def told(self, columns: str = "denominator::int, value", where: str = "geo_level = 'FRA'") -> list[tuple]:
        """Results and share of France, or other figures of other places, by wave."""
        relation = self.databases["daily"].relation("seroprevalence")
        return self.connection.execute(
            f"select {columns} from {relation} where {where} and sex = 'all' and age_scheme = 'all' order by period_end"
        ).fetchall()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    Survey(tmp_path, dice("serological survey equals a rebuild", number)).assert_runs_equal_a_rebuild(PEOPLE)


def test_what_has_no_result_or_no_weight_is_in_no_share(tmp_path):
    """Indeterminate or untested is not "not found"; a result counts with its weight, until the person is erased."""
    house = Survey(tmp_path, dice("no result"))
    of = [("P", "3"), ("N", "1"), ("I", "9"), (None, "9"), ("P", None)]
    house.send(
        [replace(ONE, key=n, person=n, result=result, weight=weight) for n, (result, weight) in enumerate(of, 1)]
    )
    house.send([replace(ONE, key=9, person=9, result="N", weight="1")])
    house.run()
    assert house.told() == [(3, pytest.approx(60.0))]
    house.erase(9)
    house.run()
    assert house.told() == [(2, pytest.approx(75.0))]
    house.assert_same_as_rebuilt()


def test_where_all_results_are_the_same_there_is_no_interval(tmp_path):
    """The sample tells of no variance, which is no certainty; where they differ there is one."""
    house = Survey(tmp_path, dice("same results"))
    of = [("84", "N")] * 4 + [("11", "P")] * 3 + [("11", "N")]
    house.send([replace(ONE, key=n, person=n, region=region, result=result) for n, (region, result) in enumerate(of)])
    house.run()
    figures = "denominator::int, value, ci_low, ci_high"
    assert house.told(figures, "geo_code = '84'") == [(4, 0.0, None, None)]
    [(results, share, low, high)] = house.told(figures, "geo_code = '11'")
    assert (results, share) == (4, 75.0) and 0 < low < share < high <= 100
