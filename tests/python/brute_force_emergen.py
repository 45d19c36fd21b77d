"""The figures of EMERGEN a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the sequences that stand, `figures()` every cell that indicators are made of; nothing here knows of
landing, staging, the vocabulary, the cubes or the simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = "id_sequence;version;nature;plateforme;debut_enquete;region;date_prelevement;interpretable;lignee".split(";")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Z]{3,14}", DAY,
    "(0[1-6]|[1-9][0-9]|97[578])?", f"({DAY})?", "[ON]", "([A-Z]{1,3}([.][0-9]{1,3}){0,4})?",
)  # fmt: skip
#: The classes by what their lineages are called, the first that fits; some begin with a survey.
CLASSES = [
    ("omicron_xbb", r"XBB(\..*)?", "2022-09-19"),
    ("omicron_bq1", r"BQ\.1(\..*)?", "2022-09-19"),
    ("omicron_ba2_75", r"BA\.2\.75(\..*)?", "2022-07-04"),
    ("alpha", r"(B\.1\.1\.7|Q)(\..*)?", ""),
    ("beta", r"B\.1\.351(\..*)?", ""),
    ("gamma", r"P\.1(\..*)?", ""),
    ("delta", r"(B\.1\.617\.2|AY)(\..*)?", ""),
    ("omicron_ba1", r"BA\.1(\..*)?", ""),
    ("omicron_ba2", r"BA\.2(\..*)?", ""),
    ("omicron_ba4", r"BA\.4(\..*)?", ""),
    ("omicron_ba5", r"(BA\.5|BE|BF|BQ\.1)(\..*)?", ""),
    ("omicron", r"(B\.1\.1\.529|XBB)(\..*)?", ""),
    ("other", ".*", ""),
]


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "emergen", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        survey = dt.date.fromisoformat(row[4])
        sampled = dt.date.fromisoformat(row[6]) if row[6] else received
    except ValueError:
        return False
    return dt.date(2021, 1, 4) <= survey <= received and survey.isoweekday() == 1 and sampled <= received


def current(home: Path) -> list[dict[str, str]]:
    """The sequences that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def variant(lineage: str, survey: str) -> str:
    """The class of a lineage in a survey."""
    return next(name for name, like, since in CLASSES if re.fullmatch(like, lineage) and survey >= since)


def figures(home: Path, regions: set[str]) -> Counter:
    """The number of every cell that has any, by (level, place, last day of the survey, what): `sequences`, those
    `interpretable`, and of these the ones of each variant."""
    found: Counter = Counter()
    for row in current(home):
        until = str(dt.date.fromisoformat(row["debut_enquete"]) + dt.timedelta(days=6))
        what = ["sequences"]
        if row["interpretable"] == "O" and row["lignee"]:
            what += ["interpretable", variant(row["lignee"], row["debut_enquete"])]
        place = row["region"] if row["region"] in regions else "unknown"
        found.update((*at, until, each) for at in (("FRA", "FR"), ("REG", place)) for each in what)
    return found
