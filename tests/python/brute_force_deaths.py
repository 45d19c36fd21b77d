"""The figures of deaths a second time, straight from the delivered files, in plain Python: no code of Vigie.

`deaths()` gives the current deaths that keep the contract; `counts()` what is not zero of them in every cell, `panel()`
the weekly deaths that a baseline is made of, and `baseline()` fits it by iterated weighted least squares of numpy.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from delivered_rows import delivered

COLUMNS = "id_deces;version;nature;commune;envoi_depuis;date_deces;date_transmission;sexe;age;reprise".split(";")
PATTERNS = [
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9][0-9AB][0-9]{3}",
    "([0-9]{4}-[0-9]{2}-[0-9]{2})?",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[FHI]?", "([0-9]|[1-9][0-9]|1[01][0-9]|120)?", "[ON]?",
]  # fmt: skip

#: Classes of age by their first years.
CLASSES = {
    "mortality": [(85, "85"), (65, "84"), (45, "64"), (15, "44"), (0, "14")],
    "65plus": [(65, "65"), (0, "64")],
}
SPRING, AUTUMN, YEARS, FEWEST_YEARS = range(15, 27), range(36, 46), 5, 3
WEEKS_OF_A_YEAR = 365.2425 / 7


@dataclass(frozen=True)
class Death:
    """A death as its last version has it."""

    com: str
    since: dt.date | None
    day: dt.date
    transmitted: dt.date
    sex: str
    age: int | None
    is_history: bool

    @property
    def dep(self) -> str:
        """Its département."""
        return self.com[:3] if self.com[:2] in ("97", "98") else self.com[:2]

    @property
    def is_electronic(self) -> bool:
        """Whether its commune transmitted electronically that day."""
        return self.since is not None and self.since <= self.day

    def age_class(self, scheme: str) -> str:
        """Its class of age."""
        if scheme == "all":
            return "all"
        return "unknown" if self.age is None else next(code for first, code in CLASSES[scheme] if self.age >= first)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return dt.date.max


def deaths(home: Path) -> list[Death]:
    """The deaths that stand: of each the highest version, those that are deleted aside."""
    held: dict[str, tuple[int, str, Death]] = {}
    for received, line in delivered(home, "insee_deces", COLUMNS):
        if len(line) != len(PATTERNS) or not all(map(re.fullmatch, PATTERNS, line)):
            continue
        key, version, kind, com, since, day, transmitted, sex, age, history = line
        death = Death(
            com, _day(since), _day(day), _day(transmitted), {"F": "F", "H": "M"}.get(sex, "unknown"),
            int(age) if age else None, history == "O",
        )  # fmt: skip
        if not dt.date(2010, 1, 1) <= death.day <= death.transmitted <= received:
            continue
        if death.since and not dt.date(1998, 1, 1) <= death.since <= death.transmitted:
            continue
        if key not in held or int(version) > held[key][0]:
            held[key] = (int(version), kind, death)
    return [death for _, kind, death in held.values() if kind != "deletion"]


def places(death: Death, region: dict[str, str]) -> list[tuple[str, str]]:
    """The places in which a death counts."""
    return [
        ("FRA", "FR"),
        ("REG", region.get(death.dep, "unknown")),
        ("DEP", death.dep if death.dep in region else "unknown"),
    ]


def sunday(day: dt.date) -> dt.date:
    """The Sunday that ends the ISO week of a day."""
    return day + dt.timedelta(days=7 - day.isoweekday())


def counts(told: list[Death], region: dict[str, str]) -> dict[str, Counter]:
    """By measure (deaths, electronic, soon): what is in each cell (level, place, period, end, sex, scheme, class)."""
    told = [death for death in told if not death.is_history]
    first, last = min(death.day for death in told), max(death.day for death in told)
    cells = defaultdict(Counter)
    for death in told:
        ends = [("day", death.day)] + [("rolling7", death.day + dt.timedelta(days=n)) for n in range(7)]
        ends.append(("week", sunday(death.day)))
        measures = ["deaths"] + ["electronic"] * death.is_electronic
        measures += ["soon"] * ((death.transmitted - death.day).days <= 7)
        for place in places(death, region):
            for period, end in ends:
                if end > last or (period != "day" and end - dt.timedelta(days=6) < first):
                    continue
                for sex in ("all", death.sex):
                    for scheme in ("all", *CLASSES):
                        for measure in measures:
                            cells[measure][*place, period, end, sex, scheme, death.age_class(scheme)] += 1
    return cells


def panel(told: list[Death], region: dict[str, str]) -> dict[int, dict]:
    """By ISO year assessed: `fitted` and `assessed`, the Sundays of the weeks, and `deaths` in communes of the panel
    by (level, place, scheme, class, Sunday). Years that have too few before them are left out."""
    current = [death for death in told if not death.is_history]
    first, last = min(death.day for death in told), max(death.day for death in current)
    whole = [day for day in _sundays(first, last)]
    observed = [day for day in whole if day - dt.timedelta(days=6) >= min(death.day for death in current)]
    since: dict[str, tuple] = {}
    for death in told:
        state = (death.day, death.since or dt.date.max)
        since[death.com] = max(since.get(death.com, state), state)
    found = {}
    for year in {day.isocalendar()[0] for day in observed}:
        fitted = [
            day for day in whole
            if year - YEARS <= day.isocalendar()[0] < year and day.isocalendar()[1] in {*SPRING, *AUTUMN}
        ]  # fmt: skip
        if len({day.isocalendar()[0] for day in fitted}) < FEWEST_YEARS:
            continue
        begins = fitted[0] - dt.timedelta(days=6)
        cells: Counter = Counter()
        for death in told:
            if since[death.com][1] <= begins and death.dep in region:
                for place in places(death, region):
                    for scheme in ("all", "65plus"):
                        cells[*place, scheme, death.age_class(scheme), sunday(death.day)] += 1
        assessed = [day for day in observed if day.isocalendar()[0] == year]
        found[year] = {"fitted": fitted, "assessed": assessed, "deaths": cells}
    return found


def _sundays(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    monday = first + dt.timedelta(days=-first.weekday() % 7)
    while monday + dt.timedelta(days=6) <= last:
        yield monday + dt.timedelta(days=6)
        monday += dt.timedelta(days=7)


def baseline(fitted: list[dt.date], numbers: list[int], weeks: list[dt.date]) -> list[tuple[float, float]]:
    """Expected deaths and their deviation in `weeks`: a Poisson regression on a trend and a yearly wave by iterated
    weighted least squares, from the `numbers` of the weeks fitted on."""
    origin = fitted[0]

    def terms(days: list[dt.date]) -> np.ndarray:
        years = np.array([(day - origin).days / 7 for day in days]) / WEEKS_OF_A_YEAR
        return np.stack([np.ones(len(days)), years, np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)], axis=1)

    x, y = terms(fitted), np.array(numbers, dtype=float)
    slopes = np.array([np.log(y.mean()), 0, 0, 0])
    for _ in range(200):
        mean = np.exp(x @ slopes)
        worked = x @ slopes + (y - mean) / mean
        root = np.sqrt(mean)
        step = np.linalg.lstsq(x * root[:, None], worked * root, rcond=None)[0]
        moved, slopes = np.abs(step - slopes).max(), step
        if moved < 1e-12:
            break
    mean = np.exp(x @ slopes)
    dispersion = max(1.0, float(((y - mean) ** 2 / mean).sum()) / (len(y) - 4))
    covariance = np.linalg.inv((x * mean[:, None]).T @ x) * dispersion
    told = terms(weeks)
    expected = np.exp(told @ slopes)
    of_fit = expected**2 * np.einsum("ij,jk,ik->i", told, covariance, told)
    return list(zip(expected, np.sqrt(dispersion * expected + of_fit), strict=True))
