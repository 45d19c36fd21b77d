"""The figures of sentinel GPs a second time, straight from the delivered files, in plain Python; no code of Vigie.

`sums()` gives what was reported by week and région, `incidence()`, `positivity()` and `covid()` what follows, with
their intervals; nothing here knows of staging, cells, the models or the simulator.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = "id_releve;version;nature;cabinet;semaine;region;patientele;cas_ira;preleves;positifs".split(";")
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Z]{3,14}", "20[0-9]{2}(-S)?[0-5][0-9]",
    "([0-9]{1,2}|97[578])?", "[0-9]+", "[0-9]*", "[0-9]*", "[0-9]*",
)  # fmt: skip
Z = 1.959964


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "sentinelles", COLUMNS)


def sunday(week: str) -> dt.date | None:
    """The last day of a week, if there is such a week."""
    try:
        return dt.date.fromisocalendar(int(week[:4]), int(week[-2:]), 7)
    except ValueError:
        return None


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    last, (patients, cases, samples, positives) = sunday(row[4]), (int(each or 0) for each in row[6:])
    within = 1 <= patients <= 20000 and cases <= 2000 and max(samples, positives) <= 500
    return last is not None and last <= received and within and positives <= samples


def current(home: Path) -> list[dict[str, str]]:
    """The reports that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def sums(home: Path) -> dict[dt.date, dict[str, list[int]]]:
    """Reports, patients, cases, samples and positives by week and région."""
    found: dict = defaultdict(lambda: defaultdict(lambda: [0] * 5))
    for report in current(home):
        counts = found[sunday(report["semaine"])][f"{report['region'] or 'unknown':0>2}"]
        for place, value in enumerate([1, *(int(report[column] or 0) for column in COLUMNS[6:])]):
            counts[place] += value
    return found


def byar(cases: int) -> tuple[float, float]:
    """Bounds of the mean of a Poisson count."""
    low = cases * (1 - 1 / (9 * cases) - Z / (3 * math.sqrt(cases))) ** 3 if cases else 0.0
    return low, (cases + 1) * (1 - 1 / (9 * (cases + 1)) + Z / (3 * math.sqrt(cases + 1))) ** 3


def incidence(week: Mapping[str, list[int]], place: str, population: Mapping[str, float]) -> tuple | None:
    """Cases, rate per 100,000, its bounds and its standard error, of a région or of France (FR)."""
    regions = {place: week[place]} if place != "FR" and place in week else {}
    if place == "FR":
        regions = {region: told for region, told in week.items() if region in population}
    if not regions:
        return None
    people = sum(population.get(region, 1.0) for region in regions)
    shares = {region: population.get(region, 1.0) / people / told[1] for region, told in regions.items()}
    cases = sum(told[2] for told in regions.values())
    rate = math.fsum(shares[region] * told[2] for region, told in regions.items())
    error = math.sqrt(math.fsum(shares[region] ** 2 * told[2] for region, told in regions.items()))
    unit = error / math.sqrt(cases) if cases else max(shares.values())
    low, high = (rate + unit * (bound - cases) for bound in byar(cases))
    return cases, 1e5 * rate, 1e5 * low, 1e5 * high, 1e5 * unit * math.sqrt(cases)


def samples(week: Mapping[str, list[int]], place: str) -> tuple[int, int]:
    """Samples and positives of a région or of France."""
    regions = week.values() if place == "FR" else [week[place]] if place in week else []
    return sum(told[3] for told in regions), sum(told[4] for told in regions)


def positivity(taken: int, positive: int, minimum: int = 20) -> tuple | None:
    """The share of positive samples in %, with Wilson's bounds."""
    if taken < minimum:
        return None
    middle, width = positive + Z * Z / 2, Z * math.sqrt(positive * (taken - positive) / taken + Z * Z / 4)
    bounds = (min(100.0, max(0.0, 100 * (middle + side * width) / (taken + Z * Z))) for side in (-1, 1))
    return 100 * positive / taken, *bounds


def covid(rated: tuple | None, taken: int, positive: int, minimum: int = 20) -> tuple | None:
    """The incidence of Covid-19 and its bounds."""
    if rated is None or taken < minimum:
        return None
    share = positive / taken
    value = rated[1] * share
    margin = Z * math.sqrt(rated[1] ** 2 * share * (1 - share) / taken + share**2 * rated[4] ** 2)
    return value, max(0.0, value - margin), value + margin
