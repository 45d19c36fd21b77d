"""Figures as reported a second time, straight from the delivered files, in plain Python; no code of Vigie."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from delivered_rows import Row, delivered

ID, VERSION, NATURE = "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion"
DEP, REG, DAY = "[0-9][0-9AB]|9[78][0-9]", "[0-9]{2}|97[578]", "[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, eq=False)
class Feed:
    """A feed of reports: the form of each column, which of them name a record, and where a report counts."""

    name: str
    forms: dict[str, str]
    key: tuple[str, ...]
    place: str
    day: str
    first: dt.date
    weekly: bool = True

    def rows(self, home: Path) -> Iterator[Row]:
        """Every row as text, with the day of its receipt."""
        return delivered(home, self.name, list(self.forms))

    def keeps_the_contract(self, received: dt.date, row: list[str]) -> bool:
        """Whether a row is one of those that count."""
        if len(row) != len(self.forms) or not all(map(re.fullmatch, self.forms.values(), row)):
            return False
        day = dt.date.fromisoformat(row[list(self.forms).index(self.day)])
        return self.first <= day <= received and (not self.weekly or day.isoweekday() == 7)

    def current(self, home: Path) -> list[dict[str, str]]:
        """The reports that stand: the highest version of each, the last one of several, unless it deletes it."""
        versions: dict[tuple[str, ...], dict[str, str]] = {}
        for received, values in self.rows(home):
            if self.keeps_the_contract(received, values):
                row = dict(zip(self.forms, values, strict=True))
                key = tuple(row[column] for column in self.key)
                if key not in versions or int(row["version"]) >= int(versions[key]["version"]):
                    versions[key] = row
        return [row for row in versions.values() if row["nature"] != "deletion"]

    def counted(self, home: Path, figure: Callable[[dict], dict[str, int]], regions: dict[str, str]) -> Counter:
        """By (level, place, day, stratum) what `figure` gives of each report, by stratum.

        `regions` has the région of each département there is, or of each région where reports are of régions.
        """
        found: Counter = Counter()
        for row in self.current(home):
            place, day = row[self.place], row[self.day]
            known = place in regions
            at = [("FRA", "FR"), ("REG", regions.get(place, "unknown"))]
            at += [("DEP", place if known else "unknown")] if self.place == "departement" else []
            if self.place == "continent":
                at = [("WORLD", "WORLD"), ("CONTINENT", place if place != "Other" else "unknown")]
            for level, code in at:
                for stratum, count in figure(row).items():
                    found[level, code, day, stratum] += count
        return found


RISK = Feed(
    "analyse_risque",
    {
        "departement": DEP, "fin_semaine": DAY, "version": VERSION, "nature": NATURE,
        "vulnerabilite": "(LIMITEE|MODEREE|ELEVEE)?", "zone_circulation_active": "[ON]",
    },
    ("departement", "fin_semaine"), "departement", "fin_semaine", dt.date(2020, 5, 11),
)  # fmt: skip
RESERVE = Feed(
    "reserve_sanitaire",
    {
        "id_releve": ID, "version": VERSION, "nature": NATURE, "cellule": "[0-9A-Z]{3,9}", "region": REG, "jour": DAY,
        "reservistes": "[0-9]{0,5}",
    },
    ("id_releve",), "region", "jour", dt.date(2020, 1, 1), weekly=False,
)  # fmt: skip
STAFF = Feed(
    "soignants_infectes",
    {
        "id_releve": ID, "version": VERSION, "nature": NATURE, "etablissement": "[0-9][0-9AB][0-9]{7}", "region": REG,
        "fin_semaine": DAY, "professionnels_infectes": "[0-9]{0,4}",
    },
    ("id_releve",), "region", "fin_semaine", dt.date(2020, 3, 1),
)  # fmt: skip
WORLD = Feed(
    "monde",
    {
        "id_releve": ID, "version": VERSION, "nature": NATURE, "pays": "[A-Z]{3}",
        "continent": "Africa|America|Asia|Europe|Oceania|Other", "jour": DAY, "cas": "-?[0-9]{0,7}",
        "deces": "-?[0-9]{0,6}",
    },
    ("id_releve",), "continent", "jour", dt.date(2019, 12, 31), weekly=False,
)  # fmt: skip
LEVELS = {"LIMITEE": "limited", "MODEREE": "moderate", "ELEVEE": "high", "": "unknown"}


def by_week(daily: Counter) -> Counter:
    """The sums over ISO weeks, by the Sunday that ends each, of what is counted by day."""
    weeks: Counter = Counter()
    for (*place, day, stratum), count in daily.items():
        on = dt.date.fromisoformat(day)
        weeks[*place, str(on + dt.timedelta(days=7 - on.isoweekday())), stratum] += count
    return weeks


def to_date(weekly: Counter, days: list[str]) -> Counter:
    """What there was to date on each of the days."""
    sums: Counter = Counter()
    for (*place, day, stratum), count in weekly.items():
        for later in days:
            if later >= day:
                sums[*place, later, stratum] += count
    return sums


#: Indicator -> its feed, and what of a report counts in it, by stratum.
INDICATORS: dict[str, tuple[Feed, Callable[[dict], dict[str, int]]]] = {
    "vulnerability": (RISK, lambda row: {LEVELS[row["vulnerabilite"]]: 1}),
    "active_circulation_zones": (RISK, lambda row: {"all": int(row["zone_circulation_active"] == "O")}),
    "reservists_deployed": (RESERVE, lambda row: {"all": int(row["reservistes"] or 0)}),
    "reserve_person_days": (RESERVE, lambda row: {"all": int(row["reservistes"] or 0)}),
    "world_cases": (WORLD, lambda row: {"all": int(row["cas"] or 0)}),
    "world_cases_to_date": (WORLD, lambda row: {"all": int(row["cas"] or 0)}),
    "world_deaths": (WORLD, lambda row: {"all": int(row["deces"] or 0)}),
    "infected_professionals": (STAFF, lambda row: {"all": int(row["professionnels_infectes"] or 0)}),
    "infected_professionals_to_date": (STAFF, lambda row: {"all": int(row["professionnels_infectes"] or 0)}),
}
