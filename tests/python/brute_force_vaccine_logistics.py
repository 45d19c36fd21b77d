"""The logistics of vaccines a second time, straight from the delivered files, in plain Python; no code of Vigie."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = "id_releve;version;nature;depot;departement;vaccin;fin_semaine;doses_livrees;doses_en_stock".split(";")
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Z]{3,9}", "[0-9][0-9AB]|9[78][0-9]",
    "([1-689]|1[012])?", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{0,7}", "[0-9]{0,7}",
)  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "vaccine_logistics", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    week_end = dt.date.fromisoformat(row[6])
    return week_end.isoweekday() == 7 and dt.date(2020, 12, 27) <= week_end <= received


def current(home: Path) -> list[dict[str, str]]:
    """The reports that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def figures(home: Path, regions: dict[str, str]) -> dict[str, Counter]:
    """By (level, place, Sunday, code of the product or `all`) the doses delivered and in stock.

    `regions` has the région of each département there is."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in current(home):
        dep = row["departement"]
        for at in (("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", dep if dep in regions else "unknown")):
            for product in ("all", row["vaccin"] or "unknown"):
                found["delivered"][*at, row["fin_semaine"], product] += int(row["doses_livrees"] or 0)
                found["in_stock"][*at, row["fin_semaine"], product] += int(row["doses_en_stock"] or 0)
    return found
