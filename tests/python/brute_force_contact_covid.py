"""The figures of Contact Covid a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the entries that stand, `things()` what each case and each contact brings, `delays()` how long they
waited; nothing here knows of landing, staging, the cubes or the simulator.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

COLUMNS = (
    "id_fiche;version;nature;objet;id_personne;id_plateforme;id_cas;date_confirmation;date_debut_symptomes;"
    "date_identification;date_appel;joint;deja_contact;lien;date_devenu_cas;sexe;age;departement_residence"
).split(";")
DAY, MINUTE = "([0-9]{4}-[0-9]{2}-[0-9]{2})?", "([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:00)?)?"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "CAS|CONTACT", "[0-9a-f]{16,64}",
    "[0-9A-Z]{3,7}", "([0-9A-Za-z-]{8,64})?", DAY, DAY, MINUTE, MINUTE, "[ON]?", "[ON]?", "(FOYER|AUTRE)?", DAY,
    "[FHI]?", "([0-9]{1,2}|1[01][0-9]|120)?", "([0-9][0-9AB]|9[78][0-9])?",
)  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "contact_covid", COLUMNS)


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    of = dict(zip(COLUMNS, row, strict=True))
    is_case = of["objet"] == "CAS"
    try:
        for name in (name for name in COLUMNS if name.startswith("date")):
            of[name] = dt.datetime.fromisoformat(of[name]) if of[name] else None
    except ValueError:
        return False
    confirmed, onset, named, called, became = (of[name] for name in of if name.startswith("date"))
    if (bool(of["id_cas"]), confirmed is not None, named is not None) != (not is_case, is_case, not is_case):
        return False
    first = dt.datetime(2020, 5, 13)
    end = dt.datetime.combine(received, dt.time()) + dt.timedelta(days=1)
    return (
        all(first <= each < end for each in (confirmed, named, called, became) if each)
        and (not onset or (onset >= dt.datetime(2020, 1, 1) and (not confirmed or onset <= confirmed)))
        and (not called or called >= (confirmed or named))
        and (not became or not named or became.date() >= named.date())
    )


def current(home: Path) -> list[dict[str, str]]:
    """The entries that stand: the highest version of each, unless it deletes it."""
    return standing(rows(home), COLUMNS, keeps_the_contract)


def counted(home: Path) -> tuple[list[dict[str, str]], list[dict[str, str]], Counter]:
    """The cases, the contacts (a person once for each case that names her), and how many each case has."""
    entries = current(home)
    first: dict[tuple[str, str], dict[str, str]] = {}
    named = [row for row in entries if row["objet"] == "CONTACT"]
    for row in sorted(named, key=lambda row: row["date_identification"]):
        first.setdefault((row["id_cas"], row["id_personne"]), row)
    contacts = list(first.values())
    cases = [row for row in entries if row["objet"] == "CAS"]
    return cases, contacts, Counter(row["id_cas"] for row in contacts)


def hours(row: dict[str, str]) -> float:
    """Hours from the naming of a contact to the call."""
    named, called = (dt.datetime.fromisoformat(row[name]) for name in ("date_identification", "date_appel"))
    return (called - named).total_seconds() / 3600


def age_class(age: str) -> str:
    """The class of ten years, by its upper bound."""
    return "unknown" if not age else "90" if int(age) >= 90 else f"{int(age) // 10 * 10 + 9:02}"


def things(home: Path) -> list[tuple]:
    """(what, number, day, département, sex, class of age, link): what each entry adds to each figure."""
    cases, contacts, named = counted(home)
    found = []
    for row in cases + contacts:
        is_case = row["objet"] == "CAS"
        told = (
            (row["date_confirmation"] or row["date_identification"])[:10],
            row["departement_residence"] or "unknown",
            {"F": "F", "H": "M"}.get(row["sexe"], "unknown"),
            age_class(row["age"]),
            row["lien"] or "unknown",
        )
        brought = {"index_cases" if is_case else "contacts": 1}
        if is_case:
            brought["index_cases_reached"] = row["joint"] == "O"
            brought["index_cases_without_contact"] = not named[row["id_fiche"]]
            brought["contacts_named"] = named[row["id_fiche"]]
            brought["index_cases_told"] = row["deja_contact"] != ""
            brought["index_cases_known"] = row["deja_contact"] == "O"
        else:
            brought["contacts_called_within_24h"] = row["date_appel"] != "" and hours(row) < 24
            brought["contacts_became_cases"] = row["date_devenu_cas"] != ""
        found += [(what, int(number), *told) for what, number in brought.items() if number]
    return found


def places(dep: str, regions: dict[str, str]) -> list[tuple[str, str]]:
    """Where a département counts; `regions` has the région of each that there is."""
    return [("FRA", "FR"), ("REG", regions.get(dep, "unknown")), ("DEP", dep if dep in regions else "unknown")]


def figures(home: Path, regions: dict[str, str]) -> dict[str, Counter]:
    """Of each figure the number of every cell that has any, by (level, place, day, sex, scheme, class) of age, or by
    (level, place, day, `setting`, link)."""
    found: dict[str, Counter] = defaultdict(Counter)
    for what, number, day, dep, sex, age, link in things(home):
        for at in places(dep, regions):
            for of in [(each, *ages) for each in ("all", sex) for ages in (("all", "all"), ("age10", age))]:
                found[what][*at, day, *of] += number
            if what.startswith("contacts") and what != "contacts_named":
                found[what][*at, day, "setting", link] += number
    return found


def delays(home: Path, regions: dict[str, str]) -> dict[str, dict[tuple, list[int]]]:
    """Of each delay those of every (level, place, day).

    Days to the call of a case, hours to that of a contact, days from symptoms to test of cases known as contacts."""
    found: dict[str, dict[tuple, list[int]]] = defaultdict(lambda: defaultdict(list))
    cases, contacts, _ = counted(home)
    day = dt.date.fromisoformat
    for row in cases + contacts:
        told = {}
        if row["objet"] == "CAS":
            if row["date_appel"]:
                told["case"] = (day(row["date_appel"][:10]) - day(row["date_confirmation"])).days
            if row["date_debut_symptomes"] and row["deja_contact"] == "O":
                told["onset"] = (day(row["date_confirmation"]) - day(row["date_debut_symptomes"])).days
        elif row["date_appel"]:
            told["contact"] = int(hours(row))
        for what, delay in told.items():
            for at in places(row["departement_residence"] or "unknown", regions):
                found[what][*at, (row["date_confirmation"] or row["date_identification"])[:10]].append(delay)
    return found
