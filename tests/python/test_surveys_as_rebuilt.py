"""What runs accumulate of a survey is what a rebuild gives: sheets that come late, change, change hands or waves, are
deleted or erased. The house is that of the vaccinations, with answer sheets and requests for erasure in the lake."""

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
    "id_feuille", "version", "nature", "id_repondant", "institut", "vague", "debut_vague", "fin_vague", "poids",
    "strate", "sexe", "age", "region", "had_anxiete", "mes_masque",
]  # fmt: skip
COMPARED = ["calendar", "cells", "waves", "estimates", "fates", "account"]
PEOPLE = 12


@dataclass(frozen=True)
class Sheet:
    """A version of an answer sheet."""

    key: int
    version: int
    kind: str
    person: int
    institute: str
    wave: str
    first: dt.date
    last: dt.date
    weight: str | None
    stratum: str
    sex: str | None
    age: int | None
    region: str | None
    anxiety: int | None
    mask: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        return tuple(vars(self).values())

    def in_wave(self, number: int) -> Sheet:
        """The same of another wave."""
        last = FIRST + dt.timedelta(days=14 * number)
        return replace(self, wave=f"V{number}", first=last - dt.timedelta(days=2), last=last)


ONE = Sheet(1, 1, "new", 1, "INST", "V1", FIRST, FIRST, "1.5", "F1", "F", 30, "84", 11, "S").in_wave(1)


def sheet(draw: random.Random, key: int) -> Sheet:
    """A first sending."""
    return Sheet(
        key, 1, "new", draw.randrange(PEOPLE), "INST", "", FIRST, FIRST, draw.choice(["0.3333", "1.7", "2", None]),
        draw.choice(["F1", "F2", "M1", "M2", "M3"]), draw.choice(["F", "H", None]), draw.choice([18, 24, 25, 70, None]),
        draw.choice(["84", "11", "1", "99", None]), draw.choice([3, 10, 11, 21, None]), draw.choice(["S", "J", None]),
    ).in_wave(draw.randrange(5))  # fmt: skip


def sent_again(draw: random.Random, before: Sheet) -> Sheet:
    """A version after another one."""
    after = replace(before, version=max(1, before.version + draw.choice([1, 1, 1, 0, -1])), kind="correction")
    match draw.choice(["weight", "wave", "deleted", "same", "person", "answer", "place"]):
        case "weight":
            return replace(after, weight=draw.choice(["0.1234", "3", None]))
        case "wave":
            return after.in_wave(draw.randrange(5))
        case "deleted":
            return replace(after, kind="deletion")
        case "person":
            return replace(after, person=draw.randrange(PEOPLE))
        case "answer":
            return replace(after, anxiety=draw.choice([0, 20, None]), mask="S")
        case "place":
            return replace(after, region=draw.choice(["11", None]), age=draw.choice([64, 65]), sex="F")
    return before


class Survey(House):
    """A house with a survey, of which two answers are enough."""

    theme = "int_surveys__"

    def __init__(self, folder: Path, draw: random.Random) -> None:
        super().__init__("coviprev", folder, draw, settings={"minimum_answers": 2})

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        return [self.theme + what for what in COMPARED] + ["anxiety_prevalence", "mask_worn", "coviprev_france"]

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of so many new ones as there are days, and of `again` versions of earlier ones; its key."""
        return self.send([sheet(self.draw, len(self.sent) + number) for number, _ in enumerate(days)], again)

    def send(self, new: list[Sheet], again: int = 0) -> int:
        """Append a delivery of sheets, and of `again` versions of earlier ones; its key."""
        rows = new + [sent_again(self.draw, self.draw.choice(self.sent or new)) for _ in range(again)]
        self.sent += rows
        return self.file("coviprev", COLUMNS, [row.row() for row in rows])

    def told(self, columns: str = "answers, mean", question: str = "anxiety") -> list[tuple]:
        """The estimates of France by wave."""
        estimates = self.databases["daily"].relation("int_surveys__estimates")
        return self.connection.execute(
            f"select {columns} from {estimates} where question = '{question}' and geo_level = 'FRA' and sex = 'all'"
            " and age_scheme = 'all' order by period_end"
        ).fetchall()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    Survey(tmp_path, dice("surveys equal a rebuild", number)).assert_runs_equal_a_rebuild(PEOPLE)


def test_decimal_sums_survive_the_sealing_of_a_month(tmp_path):
    """Weights of which no binary fraction is the sum, taken back after their month was sealed: nothing is left."""
    house = Survey(tmp_path, dice("sealed survey"))
    kept = [replace(ONE, key=key, person=key, weight="0.1", anxiety=key) for key in (10, 11, 12)]
    house.send(kept + [replace(each, key=each.key + 50).in_wave(9) for each in kept])
    gone = house.send([replace(ONE, key=key, person=key, weight="0.3333") for key in range(20, 40)])
    house.run()
    assert house.told("answers")[0] == (23,)
    assert house.seal()
    house.withdraw(gone)
    house.run()
    assert house.told() == [(3, pytest.approx(2 / 3)), (3, pytest.approx(2 / 3))]
    house.assert_same_as_rebuilt()


def test_a_respondent_who_is_erased_is_in_no_estimate(tmp_path):
    house = Survey(tmp_path, dice("erased respondent"))
    house.send([replace(ONE, key=key, person=key, anxiety=20 if key == 1 else 0) for key in (1, 2, 3)])
    house.run()
    assert house.told() == [(3, pytest.approx(1 / 3))]
    house.erase(1)
    house.run()
    assert house.told() == [(2, 0.0)]
    house.assert_same_as_rebuilt()


def test_who_bears_no_weight_or_gives_no_answer_is_in_no_estimate(tmp_path):
    """Nor is there one below the least number of answers; a stratum counts all of its respondents."""
    house = Survey(tmp_path, dice("no weight"))
    rows = [
        replace(ONE, key=1, person=1),
        replace(ONE, key=2, person=2, anxiety=3),
        replace(ONE, key=3, person=3, weight=None),
        replace(ONE, key=4, person=4, anxiety=None),
    ]
    house.send(rows)
    house.run()
    assert house.told("answers, mean, round(standard_error, 6)") == [(2, 0.5, round((3 / 2 * 2 * 0.25**2) ** 0.5, 6))]
    assert house.told("answers", "respondents") == [(3,)]
    prevalence = house.databases["daily"].relation("anxiety_prevalence")
    few = f"select count(*) > 0, count(value), count(ci_low), count(ci_high) from {prevalence} where denominator = 1"
    none = f"select count(*) > 0, count(value), count(ci_low), count(ci_high) from {prevalence} where denominator = 0"
    house.send([replace(ONE, key=5, person=5, sex="H")])
    house.run()
    for query in (few, none):
        assert house.connection.execute(query).fetchone() == (True, 0, 0, 0)


def test_a_sheet_with_wrong_days_makes_no_wave(tmp_path):
    """One alone on its last day is in no wave; one with another first day or number is in that of the others."""
    house = Survey(tmp_path, dice("wrong days"))
    house.send([replace(ONE, key=key, person=key) for key in (1, 2)])
    house.send([replace(ONE, key=3, person=3, wave="V7", first=ONE.first - dt.timedelta(days=5))])
    house.send([replace(ONE, key=4, person=4).in_wave(3)])
    house.run()
    assert house.told("answers, period_start, period_end") == [(3, ONE.first, ONE.last)]
