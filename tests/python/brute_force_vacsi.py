"""The figures of VAC-SI a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the injections that stand, `things()` what they bring (a dose, a person for the first time at
something), `figures()` every cell that indicators are made of; nothing here knows of landing, staging, the cubes or the
simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_injection;version;nature;id_personne;id_centre;date_injection;rang;vaccin;schema_complet;rappel;sexe;age;"
    "commune_residence;departement_residence;departement_injection;public"
).split(";")
DEPARTEMENT = "([0-9][0-9AB]|9[78][0-9])?"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9a-f]{16,64}", "[0-9A-Z]{3,14}",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[1-9]?", "([1-689]|1[012])?", "[ON]?", "[1-9]?", "[FHI]?",
    "([0-9]{1,2}|1[01][0-9]|120)?", "([0-9][0-9AB][0-9]{3})?", DEPARTEMENT, DEPARTEMENT,
    "(RESIDENT|PROFESSIONNEL|LIBERAL|SOIGNANT)?",
)  # fmt: skip
#: From when each product is in use.
SINCE = {
    "1": "2020-12-21", "2": "2021-01-06", "3": "2021-01-29", "4": "2021-03-11", "5": "2021-11-26", "6": "2021-12-20",
    "8": "2022-09-01", "9": "2022-09-01", "10": "2022-11-10", "11": "2022-10-20", "12": "2022-10-20",
}  # fmt: skip
UPPER = [4, 9, 11, 17, 24, 29, 39, 49, 59, 64, 69, 74, 79]


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "vacsi", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        given = dt.date.fromisoformat(row[5])
    except ValueError:
        return False
    return dt.date(2020, 12, 27) <= given <= received and (not row[7] or str(given) >= SINCE[row[7]])


def current(home: Path) -> list[dict[str, str]]:
    """The injections that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def things(home: Path) -> list[tuple]:
    """(what, day, département, sex, age or -1, product, target group): each dose, and each person at each thing."""
    found, first = [], {}
    for row in sorted(current(home), key=lambda row: (row["date_injection"], row["id_injection"])):
        what = [f"dose{row['rang']}"] if row["rang"] else []
        what += ["complete"] if row["schema_complet"] == "O" else []
        what += [f"booster{row['rappel']}"] if row["rappel"] else []
        what += ["bivalent"] if row["rappel"] and row["vaccin"] in ("8", "9", "12") else []
        commune = row["commune_residence"]
        told = (
            row["date_injection"],
            row["departement_residence"] or commune[: 3 if commune[:2] in ("97", "98") else 2] or "unknown",
            {"F": "F", "H": "M"}.get(row["sexe"], "unknown"),
            int(row["age"] or -1),
            row["vaccin"] or "unknown",
            row["public"] or "OTHER",
        )
        found.append(("doses", *told))
        found += [(each, *told) for each in what if first.setdefault((row["id_personne"], each), row) is row]
    return found


def age_class(age: int) -> str:
    """The class of VAC-SI."""
    return "unknown" if age < 0 else next((f"{upper:02}" for upper in UPPER if age <= upper), "80")


def figures(home: Path, regions: dict[str, str]) -> dict[str, Counter]:
    """Of each thing the number of every cell that has any, by (level, place, day, sex, scheme, class) of age, or by
    (level, place, day, `product` or `group`, its value). `regions` has the région of each département there is."""
    found: dict[str, Counter] = defaultdict(Counter)
    for what, day, dep, sex, age, product, group in things(home):
        ages = [("all", "all"), ("vacsi", age_class(age))]
        ages.append(("vacsi12", "unknown" if age < 0 else "12" if age >= 12 else "11"))
        place = dep if dep in regions else "unknown"
        for at in (("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", place)):
            cells = [(each, *of) for each in ("all", sex) for of in ages]
            for cell in [*cells, ("product", product), ("group", group)]:
                found[what][*at, day, *cell] += 1
    return found
