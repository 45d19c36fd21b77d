"""The estimates of CoviPrev a second time, straight from the delivered files, in plain Python; no code of Vigie.

`current()` gives the answer sheets that stand, `estimates()` the weighted mean of each question in each domain and its
standard error, from the respondents one by one: nothing here knows of sums by stratum, staging, cells or the simulator.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from delivered_rows import Row, delivered, standing

HYGIENE = ["mes_mains", "mes_coude", "mes_mouchoir", "mes_saluer"]
DISTANCING = ["mes_distance", "mes_sorties", "mes_rassemblements"]
MEASURES = [*HYGIENE, *DISTANCING, "mes_masque"]
COLUMNS = (
    "id_feuille;version;nature;id_repondant;institut;vague;debut_vague;fin_vague;poids;strate;sexe;age;region;"
    "had_anxiete;had_depression;pb_sommeil;satisfaction_vie;intention_vaccin;" + ";".join(MEASURES)
).split(";")
DAY, POINTS = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "([0-9]|1[0-9]|2[01])?"
PATTERNS = (
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "[0-9a-f]{16,64}", "[0-9A-Z]{2,10}",
    "[Vv](ague)? ?[0-9]{1,3}( ?: ?[0-9A-Za-zéû -]{1,40})?", DAY, DAY, "([0-9]{1,3}[.][0-9]{4})?", "[0-9A-Z_-]{1,20}",
    "[FHI]?", "(1[89]|[2-9][0-9]|1[01][0-9]|120)?", "([0-9]{1,2}|97[578])?", POINTS, POINTS, "[ON]?",
    "([0-9]|10)?", "[ON]?", *["[SOPJ]?"] * 8,
)  # fmt: skip


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt; lines of separators alone are none."""
    return (row for row in delivered(home, "coviprev", COLUMNS) if any(row[1]))


def keeps_the_contract(received: dt.date, row: list[str]) -> bool:
    """Whether a row is one of those that count."""
    if len(row) != len(COLUMNS) or not all(map(re.fullmatch, PATTERNS, row)):
        return False
    try:
        first, last = map(dt.date.fromisoformat, row[6:8])
    except ValueError:
        return False
    return dt.date(2020, 3, 1) <= first <= last <= received and (last - first).days <= 30


def current(home: Path, until: dt.date = dt.date.max) -> list[dict[str, str]]:
    """The sheets that stand on an evening: the highest version of each, unless it deletes it."""
    return standing((row for row in rows(home) if row[0] <= until), COLUMNS, keeps_the_contract)


def _number(column: str) -> Callable:
    return lambda sheet: float(sheet[column]) if sheet[column] else None


def _above_ten(column: str) -> Callable:
    return lambda sheet: float(int(sheet[column]) > 10) if sheet[column] else None


def _yes(column: str) -> Callable:
    return lambda sheet: float(sheet[column] == "O") if sheet[column] else None


def _adopted(columns: list[str], of_all: bool) -> Callable:
    def answer(sheet: dict[str, str]) -> float | None:
        if not all(sheet[column] for column in columns):
            return None
        number = sum(sheet[column] == "S" for column in columns)
        return float(number == len(columns)) if of_all else float(number)

    return answer


#: What is asked by the indicator that shows it: the answer of a sheet, in % or not, and the most that it can be.
QUESTIONS: dict[str, tuple[Callable, int, int]] = {
    "anxiety_prevalence": (_above_ten("had_anxiete"), 100, 100),
    "depression_prevalence": (_above_ten("had_depression"), 100, 100),
    "sleep_problems": (_yes("pb_sommeil"), 100, 100),
    "vaccine_intention": (_yes("intention_vaccin"), 100, 100),
    "hygiene_measures_adopted": (_adopted(HYGIENE, True), 100, 100),
    "distancing_measures_adopted": (_adopted(DISTANCING, True), 100, 100),
    "distance_kept": (_adopted(["mes_distance"], True), 100, 100),
    "mask_worn": (_adopted(["mes_masque"], True), 100, 100),
    "hygiene_measures_mean": (_adopted(HYGIENE, False), 1, 4),
    "measures_adopted_mean": (_adopted([*HYGIENE, *DISTANCING], False), 1, 7),
    "life_satisfaction_mean": (_number("satisfaction_vie"), 1, 10),
}


def age_class(age: str) -> str:
    """The class of CoviPrev."""
    if not age:
        return "unknown"
    return next((str(upper) for upper in (24, 34, 49, 64) if int(age) <= upper), "65")


def domains(sheet: dict[str, str]) -> list[tuple[str, ...]]:
    """The domains of a respondent: (level, place, sex, scheme, class of age)."""
    sex, region = {"F": "F", "H": "M"}.get(sheet["sexe"], "unknown"), sheet["region"] or "unknown"
    return [
        ("FRA", "FR", "all", "all", "all"),
        ("FRA", "FR", sex, "all", "all"),
        ("FRA", "FR", "all", "coviprev", age_class(sheet["age"])),
        ("REG", f"{region:0>2}", "all", "all", "all"),
    ]


def waves(sheets: list[dict[str, str]], minimum: int = 30) -> dict[str, tuple[str, int]]:
    """First day and number of each wave, by its last day, of those with enough respondents who bear a weight."""
    told: dict[str, Counter] = defaultdict(Counter)
    for sheet in sheets:
        if sheet["poids"]:
            told[sheet["fin_vague"]][sheet["debut_vague"], int(re.search("[0-9]+", sheet["vague"])[0])] += 1
    return {day: names.most_common(1)[0][0] for day, names in told.items() if names.total() >= minimum}


def estimates(sheets: list[dict[str, str]]) -> dict[tuple, tuple[int, float, float]]:
    """Answers, mean and standard error by (indicator, last day of the wave, *domain)."""
    by_wave: dict[str, list] = defaultdict(list)
    for sheet in sheets:
        if sheet["poids"]:
            by_wave[sheet["fin_vague"]].append(sheet)
    found = {}
    for day, sample in by_wave.items():
        sizes = Counter(sheet["strate"] for sheet in sample)
        of_domain: dict[tuple, list] = defaultdict(list)
        for sheet in sample:
            for domain in domains(sheet):
                of_domain[domain].append(sheet)
        for name, (answer, _, _) in QUESTIONS.items():
            for domain, members in of_domain.items():
                told = [
                    (sheet["strate"], float(sheet["poids"]), answer(sheet))
                    for sheet in members
                    if answer(sheet) is not None
                ]
                if told:
                    found[name, day, *domain] = (len(told), *mean_and_error(told, sizes))
    return found


def mean_and_error(told: list[tuple[str, float, float]], sizes: Counter) -> tuple[float, float]:
    """The weighted mean of (stratum, weight, answer) and its error.

    `sizes` are the strata of the whole sample, of which those who are not told have a linearised value of zero.
    """
    weight = math.fsum(w for _, w, _ in told)
    mean = math.fsum(w * y for _, w, y in told) / weight
    linearised: dict[str, list[float]] = defaultdict(list)
    for stratum, w, y in told:
        linearised[stratum].append(w * (y - mean) / weight)
    variance = 0.0
    for stratum, values in linearised.items():
        n = sizes[stratum]
        values = values + [0.0] * (n - len(values))
        centre = math.fsum(values) / n if n > 1 else 0.0
        variance += math.fsum((z - centre) ** 2 for z in values) * (n / (n - 1) if n > 1 else 1)
    return mean, math.sqrt(variance)
