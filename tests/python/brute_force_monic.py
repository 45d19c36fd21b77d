"""The figures of MONIC a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the clusters that stand, `figures()` every cell that indicators are made of; nothing here knows of
landing, staging, the cubes or the simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_cluster;version;nature;agence;departement;type_collectivite;criticite;statut;nombre_cas;date_signalement;"
    "date_cloture"
).split(";")
KINDS = (
    "EHPAD|EMS_PA|EMS_PH|ASE|ES|SCOLAIRE_UNIVERSITAIRE|SCOLAIRE|UNIVERSITAIRE|CRECHE|ENTREPRISE|PENITENTIAIRE|"
    "HEBERGEMENT_SOCIAL|COMMUNAUTE_VULNERABLE|FAMILLE_ELARGIE|EVENEMENT|SPORT|TRANSPORT|UNITE_GEOGRAPHIQUE|AUTRE"
)
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "ARS[0-9]{2,3}", "[0-9][0-9AB]|9[78][0-9]",
    KINDS, "(LIMITEE|MODEREE|ELEVEE)?", "INVESTIGATION|MAITRISE|CLOTURE|DIFFUSION", "[0-9]{1,5}", DAY, f"({DAY})?",
)  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "monic", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count. Days are compared as text, which puts them in the same order."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    kind, state, reported, closed = row[5], row[7], row[9], row[10]
    in_use = reported < "2020-09-01" if kind == "SCOLAIRE_UNIVERSITAIRE" else reported >= "2020-09-01"
    return (
        "2020-05-09" <= reported <= str(received)
        and (state == "CLOTURE") == bool(closed)
        and (not closed or reported <= closed <= str(received))
        and (in_use or kind not in ("SCOLAIRE_UNIVERSITAIRE", "SCOLAIRE", "UNIVERSITAIRE"))
    )


def current(home: Path) -> list[dict[str, str]]:
    """The clusters that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def counted(home: Path) -> list[dict[str, str]]:
    """Those with three linked cases at least."""
    return [row for row in current(home) if int(row["nombre_cas"]) >= 3]


def figures(home: Path, regions: dict[str, str], days: list[dt.date]) -> dict[str, Counter]:
    """By (level, place, day, scheme, stratum) the clusters reported, closed, to date and under way, and the cases.

    To date and under way is at the end of each of `days`. `regions` has the région of each département there is."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in counted(home):
        dep, reported, closed = row["departement"], row["date_signalement"], row["date_cloture"]
        strata = [
            ("all", "all"), ("place_kind", row["type_collectivite"]), ("criticality", row["criticite"] or "unknown"),
            ("state", row["statut"]),
        ]  # fmt: skip
        brought = [("clusters", reported, 1), ("cases", reported, int(row["nombre_cas"]))]
        brought += [("closed", closed, 1)] if closed else []
        for day in map(str, days):
            brought += [("to_date", day, 1)] if reported <= day else []
            brought += [("under_way", day, 1)] if reported <= day and not (closed and closed <= day) else []
        for at in (("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", dep if dep in regions else "unknown")):
            for what, day, number in brought:
                for stratum in strata:
                    found[what][*at, day, *stratum] += number
    return found
