"""The figures of waste water a second time, straight from the delivered files, in plain Python; no code of Vigie.

`plants()` gives the ratio and the population of each plant and week, `ratio()` and `change()` what follows of them;
nothing here knows of strata, cells, the models or the simulator.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_analyse;version;nature;laboratoire;station;departement;population_raccordee;date_prelevement;charge_virale;"
    "remarque;azote_ammoniacal"
).split(";")
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Z]{2,14}",
    " *[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ' -]{1,39}", "([0-9]{2}|2[AB]|97[1-8])?", "[0-9]+",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]+", "10?", "[0-9]+[.][0-9]+",
)  # fmt: skip
#: The plants that are told one by one.
TOLD = "DIJON GRENOBLE LILLE MARSEILLE NANCY ORLEANS PARIS PAU RENNES ROUEN TOULOUSE".split()

Plants = dict[dt.date, dict[str, tuple[float, float]]]


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "sumeau", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    within = 100 <= int(row[6]) <= 2e7 and 1 <= int(row[8]) <= 2e9 and 0.1 <= float(row[10]) <= 1000
    return within and dt.date(2020, 3, 1) <= dt.date.fromisoformat(row[7]) <= received


def current(home: Path) -> list[dict[str, str]]:
    """The analyses that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def name(station: str) -> str:
    """A plant, however it is written."""
    letters = unicodedata.normalize("NFD", " ".join(station.translate({0x2D: " ", 0x27: " "}).split()))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).upper()


def plants(analyses: list[dict[str, str]]) -> Plants:
    """The mean ratio and the mean population of each plant, by the Sunday of the week."""
    found: dict = defaultdict(lambda: defaultdict(list))
    for analysis in analyses:
        day = dt.date.fromisoformat(analysis["date_prelevement"])
        load = int(analysis["charge_virale"]) * (1.0 if analysis["remarque"] == "1" else 0.5)
        found[day + dt.timedelta(days=7 - day.isoweekday())][name(analysis["station"])].append(
            (load / float(analysis["azote_ammoniacal"]), int(analysis["population_raccordee"]))
        )
    return {
        week: {
            plant: tuple(math.fsum(each) / len(told) for each in zip(*told, strict=True)) for plant, told in of.items()
        }
        for week, of in found.items()
    }  # fmt: skip


def members(week: dict[str, tuple[float, float]], stratum: str) -> set[str]:
    """The plants of a stratum that reported."""
    return {
        plant for plant in week if stratum in ("all", plant.lower()) or (stratum == "unknown" and plant not in TOLD)
    }


def mean(week: dict[str, tuple[float, float]], which: set[str], weights: dict[str, tuple[float, float]]) -> float:
    """The mean of some plants, by their population in another week or the same."""
    people = math.fsum(weights[plant][1] for plant in which)
    return math.fsum(week[plant][0] * weights[plant][1] for plant in which) / people


def ratio(found: Plants, day: dt.date, stratum: str) -> tuple[int, float | None]:
    """How many plants reported in a week, and their ratio."""
    week = found.get(day, {})
    which = members(week, stratum)
    return len(which), mean(week, which, week) if which else None


def change(found: Plants, day: dt.date, stratum: str) -> tuple[int, float | None]:
    """How many plants reported in both weeks, and the change of their ratio in %."""
    week, before = found.get(day, {}), found.get(day - dt.timedelta(days=7), {})
    which = members(week, stratum) & set(before)
    return len(which), 100 * (mean(week, which, week) / mean(before, which, week) - 1) if which else None
