"""The cases of sentinel intensive care a second time, straight from the delivered files, in plain Python; no code of
Vigie.

`current()` gives the forms that stand, `figures()` the cases of every cell of a week; nothing here knows of staging,
cubes or the simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = "id_fiche;version;nature;service;departement;date_admission;sexe;age;sdra;comorbidite".split(";")
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Z]{5,14}",
    "[0-9][0-9AB]|9[78][0-9]", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[FHI]?", "([0-9]{1,2}|1[01][0-9]|120)?",
    "(ABSENT|MINEUR|MODERE|SEVERE)?", "[ON]?",
)  # fmt: skip
SEVERITY = {"ABSENT": "none", "MINEUR": "minor", "MODERE": "moderate", "SEVERE": "severe", "": "unknown"}


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "rea_sentinelle", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        return dt.date(2020, 3, 16) <= dt.date.fromisoformat(row[5]) <= received
    except ValueError:
        return False


def current(home: Path) -> list[dict[str, str]]:
    """The forms that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def age_class(age: str) -> str:
    """The class of fifteen years, by its upper bound."""
    return "unknown" if not age else next((str(upper) for upper in (14, 29, 44, 59, 74) if int(age) <= upper), "75")


def figures(home: Path, regions: Mapping[str, str]) -> Counter:
    """Cases by (what, level, place, Sunday of the week, sex, scheme, class, severity).

    All of them (`cases`), those of which comorbidity is known (`known`) and those with one (`with`). Severity is `all`
    but of all sexes and ages.
    """
    found: Counter = Counter()
    for form in current(home):
        day = dt.date.fromisoformat(form["date_admission"])
        sunday = day + dt.timedelta(days=7 - day.isoweekday())
        what = ["cases"] + (["known"] if form["comorbidite"] else []) + (["with"] if form["comorbidite"] == "O" else [])
        sex = {"F": "F", "H": "M"}.get(form["sexe"], "unknown")
        divided = [
            (each, *age, "all") for each in ("all", sex) for age in (("all", "all"), ("age15", age_class(form["age"])))
        ]
        divided.append(("all", "all", "all", SEVERITY[form["sdra"]]))
        dep = form["departement"] if form["departement"] in regions else "unknown"
        for place in (("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", dep)):
            found.update((each, *place, sunday, *of) for each in what for of in divided)
    return found
