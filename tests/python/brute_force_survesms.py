"""The figures of SurvESMS a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the reports that stand, `things()` what they bring to the figures, `figures()` every cell that
indicators are made of; nothing here knows of landing, staging, the cubes or the simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_bilan;version;nature;id_signalement;id_etablissement;type_etablissement;departement;date_premiers_signes;date_bilan;"
    "etape;residents;personnel;cas_confirmes_residents;cas_possibles_residents;cas_confirmes_personnel;"
    "cas_possibles_personnel;deces_etablissement;deces_hopital"
).split(";")
COUNT = "([0-9]{1,4})?"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9A-Za-z-]{8,64}", "[0-9][0-9AB][0-9]{7}",
    "EHPAD|HANDICAP|ENFANCE|AUTRE", "[0-9][0-9AB]|9[78][0-9]", "([0-9]{4}-[0-9]{2}-[0-9]{2})?",
    "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", "INITIAL|SUIVI|CLOTURE", *[COUNT] * 8,
)  # fmt: skip
#: What the columns of counts are in the figures.
COUNTS = {
    "cas_confirmes_residents": "residents_confirmed", "cas_possibles_residents": "residents_possible",
    "cas_confirmes_personnel": "staff_confirmed", "cas_possibles_personnel": "staff_possible",
    "deces_etablissement": "deaths_home", "deces_hopital": "deaths_hospital",
}  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "survesms", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        on = dt.datetime.fromisoformat(row[8]).date()
        signs = dt.date.fromisoformat(row[7]) if row[7] else on
    except ValueError:
        return False
    return dt.date(2020, 3, 1) <= on <= received and dt.date(2020, 1, 1) <= signs <= on


def current(home: Path) -> list[dict[str, str]]:
    """The reports that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def episodes(home: Path) -> list[tuple[str, list[dict[str, str]]]]:
    """The reports of each episode in their order, with its day of first signs; one that is declared twice is one."""
    declared = defaultdict(list)
    for report in sorted(current(home), key=lambda report: report["date_bilan"]):
        declared[report["id_etablissement"], report["id_signalement"]].append(report)
    found = defaultdict(list)
    for (establishment, identifier), reports in declared.items():
        signs = [report["date_premiers_signes"] for report in reports if report["date_premiers_signes"]]
        found[establishment, signs[-1] if signs else identifier, signs[-1] if signs else ""] += reports
    return [(signs, sorted(reports, key=lambda report: report["date_bilan"])) for (*_, signs), reports in found.items()]


def things(home: Path) -> list[tuple]:
    """(what, day, département, kind of establishment, number): what each report brings, and each episode."""
    found = []
    for signs, reports in episodes(home):
        dep, kind = reports[-1]["departement"], reports[-1]["type_etablissement"]
        so_far, was_open = dict.fromkeys(COUNTS, 0), False
        found.append(("episodes", reports[0]["date_bilan"][:10], dep, kind, 1))
        found.append(("episodes_begun", signs or reports[0]["date_bilan"][:10], dep, kind, 1))
        for report in reports:
            day = report["date_bilan"][:10]
            for column, what in COUNTS.items():
                if report[column]:
                    added, so_far[column] = int(report[column]) - so_far[column], int(report[column])
                    found.append((what, day, dep, kind, added))
                    if added < 0 and what in ("residents_confirmed", "deaths_home"):
                        found.append((f"{what}_taken_back", day, dep, kind, -added))
            is_open = report["etape"] != "CLOTURE"
            found.append(("opened", day, dep, kind, is_open - was_open))
            was_open = is_open
        residents = max([int(report["residents"]) for report in reports if report["residents"]], default=-1)
        cases = so_far["cas_confirmes_residents"]
        if not was_open and cases <= residents:
            found += [("attack_cases", day, dep, kind, cases), ("attack_residents", day, dep, kind, residents)]
    return found


def figures(home: Path, regions: dict[str, str]) -> dict[str, Counter]:
    """Of each thing the sum of every cell that has any, by (level, place, day, kind or `all`). `regions` has the région
    of each département there is."""
    found: dict[str, Counter] = defaultdict(Counter)
    for what, day, dep, kind, number in things(home):
        place = dep if dep in regions else "unknown"
        for at in (("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", place)):
            for of in ("all", kind):
                found[what][*at, day, of] += number
    return found
