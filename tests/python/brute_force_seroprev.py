"""The estimates of the serological survey a second time, straight from the delivered files, in plain Python; no code of
Vigie. The mean and its error are those of `brute_force_coviprev`, of the samples one by one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from brute_force_coviprev import mean_and_error
from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_echantillon;version;nature;id_personne;laboratoire;vague;debut_vague;fin_vague;poids;strate;sexe;age;region;"
    "resultat"
).split(";")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9a-f]{16,64}", "[0-9A-Z]{2,14}",
    "[1-9][0-9]?|1[0-9]{2}|200", DAY, DAY, "([0-9]{1,4}[.][0-9]{4})?", "[0-9A-Z_-]{1,20}", "[FHI]?",
    "([0-9]{1,2}|1[01][0-9]|120)?", "([0-9]{1,2}|97[578])?", "[PNI]?",
)  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "seroprev", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        first, last = map(dt.date.fromisoformat, row[6:8])
    except ValueError:
        return False
    heavy = bool(row[8]) and float(row[8]) > 10_000
    return not heavy and dt.date(2020, 2, 1) <= first <= last <= received and (last - first).days <= 60


def current(home: Path) -> list[dict[str, str]]:
    """The samples that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def age_class(age: str) -> str:
    """The class of fifteen years."""
    if not age:
        return "unknown"
    return next((str(upper) for upper in (14, 29, 44, 59, 74) if int(age) <= upper), "75")


def domains(sample: dict[str, str]) -> list[tuple[str, ...]]:
    """The domains of a sample: (level, place, sex, scheme, class of age)."""
    return [
        ("FRA", "FR", "all", "all", "all"),
        ("FRA", "FR", {"F": "F", "H": "M"}.get(sample["sexe"], "unknown"), "all", "all"),
        ("FRA", "FR", "all", "age15", age_class(sample["age"])),
        ("REG", f"{sample['region'] or 'unknown':0>2}", "all", "all", "all"),
    ]


def waves(samples: list[dict[str, str]], minimum: int = 30) -> dict[str, tuple[str, int]]:
    """First day and number of each wave, by its last day, of those with enough samples that bear a weight."""
    told: dict[str, Counter] = defaultdict(Counter)
    for sample in samples:
        if sample["poids"]:
            told[sample["fin_vague"]][sample["debut_vague"], int(sample["vague"])] += 1
    return {day: names.most_common(1)[0][0] for day, names in told.items() if names.total() >= minimum}


def estimates(samples: list[dict[str, str]]) -> dict[tuple, tuple[int, float, float]]:
    """Results, share with antibodies and standard error by (last day of the wave, *domain)."""
    weighted = [sample for sample in samples if sample["poids"]]
    sizes: dict[str, Counter] = defaultdict(Counter)
    members: dict[tuple, list] = defaultdict(list)
    for sample in weighted:
        sizes[sample["fin_vague"]][sample["strate"]] += 1
        if sample["resultat"] in ("P", "N"):
            for domain in domains(sample):
                members[sample["fin_vague"], *domain].append(
                    (sample["strate"], float(sample["poids"]), float(sample["resultat"] == "P"))
                )
    return {cell: (len(told), *mean_and_error(told, sizes[cell[0]])) for cell, told in members.items()}
