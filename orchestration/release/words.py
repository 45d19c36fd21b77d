"""The vocabulary of the axes in French and English, and how numbers and dates are written in each language."""

import csv
import datetime as dt
import math
import re
from collections.abc import Iterable

from orchestration.home import PROJECT

NARROW = "\u202f"  # narrow no-break space: between thousands and before ; : ! ? % in French
FIRM = "\u00a0"  # no-break space: between the parts of a date

#: The wholes that places make, a level each with the one code that it has.
WHOLES = {"FRA": "FR", "WORLD": "WORLD"}

AXES: dict[str, dict[str, tuple[str, str]]] = {
    "geo": {
        "FRA": ("France", "France"),
        "REG": ("régions", "regions"),
        "DEP": ("départements", "départements"),
        "METRO": ("métropoles", "métropoles"),
        "EPCI": ("intercommunalités (EPCI)", "intermunicipal bodies (EPCI)"),
        "COM": ("communes", "communes"),
        "IRIS": ("IRIS", "IRIS"),
        "WORLD": ("monde", "world"),
        "CONTINENT": ("continents", "continents"),
    },
    "period": {
        "day": ("jour", "day"),
        "rolling7": ("7 jours glissants", "rolling 7 days"),
        "week": ("semaine ISO", "ISO week"),
        "cumulative": ("cumul depuis le début", "cumulative"),
        "wave": ("vague d'enquête", "survey wave"),
    },
    "sex": {
        "all": ("ensemble", "all"),
        "F": ("femmes", "women"),
        "M": ("hommes", "men"),
        "unknown": ("inconnu", "unknown"),
    },
    "age": {
        "all": ("tous âges", "all ages"),
        "age10": ("classes de 10 ans", "10-year classes"),
        "age15": ("classes de 15 ans", "15-year classes"),
        "school": ("âges scolaires", "school ages"),
        "65plus": ("65 ans et plus", "65 and over"),
        "sursaud": ("cinq classes SurSaUD", "five SurSaUD classes"),
        "sursaud6": ("six classes SurSaUD, depuis le 4 novembre 2021", "six SurSaUD classes, since 4 November 2021"),
        "vacsi": ("classes d'âge de VAC-SI", "VAC-SI age classes"),
        "vacsi12": ("avant et à partir de 12 ans", "under and from 12 years"),
        "coviprev": ("cinq classes d'âge de CoviPrev", "five CoviPrev age classes"),
        "mortality": ("cinq classes d'âge de la mortalité", "five age classes of mortality"),
    },
    "standing": {
        "ok": ("à jour", "up to date"),
        "late": ("en retard", "late"),
        "partial": ("partiel", "partial"),
        "held": ("retenu", "held"),
    },
    "status": {
        "final": ("définitif", "final"),
        "provisional": ("provisoire", "provisional"),
        "incident": ("touché par un incident", "touched by an incident"),
        "suppressed": ("secret statistique", "suppressed"),
        "secondary_suppressed": ("secret secondaire", "secondary suppression"),
        "late": ("en retard", "late"),
        "not_collected": ("non recueilli", "not collected"),
        "not_applicable": ("sans objet", "not applicable"),
        "quarantined": ("en quarantaine", "quarantined"),
    },
}

_MONTHS = {
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
    "en": "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec".split(),
}


def word(axis: str, value: str, language: str) -> str:
    """The word for a value of an axis; the value itself when it has none."""
    return AXES[axis].get(value, (value, value))[0 if language == "fr" else 1]


def age_classes(scheme: str, language: str) -> list[tuple[str, str]]:
    """Code and label of each class of an age scheme, the youngest first."""
    with (PROJECT / "seeds" / "referential" / "age_classes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["age_scheme"] == scheme]
    return [(row["age_class"], row[f"label_{language}"]) for row in rows]


def join(pairs: Iterable[tuple[str, str]], language: str) -> str:
    """Words joined by commas."""
    return ", ".join(pair[0 if language == "fr" else 1] for pair in pairs)


def typeset(text: object) -> object:
    """French text with the no-break spaces of its punctuation and its thousands; anything but text as it is."""
    if not isinstance(text, str):
        return text
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NARROW, text)
    return re.sub(r" ([;!?%»])", NARROW + r"\1", re.sub(r" :", FIRM + ":", text.replace("« ", "«" + NARROW)))


def number(value: float | int | None, language: str, decimals: int | None = None) -> str:
    """A number as the language writes it: `1 234,5` with narrow no-break spaces, or `1,234.5`. None is a dash.

    Without `decimals`, whole numbers have none and others one.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "\u2212")
    if language == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return text


def date(value: dt.date | str | None, language: str) -> str:
    """A date as the language writes it: `7 sept. 2020`, `1er janv. 2021`, or `7 Sept 2020`; firm spaces."""
    if value is None or value == "":
        return "–"
    day = dt.date.fromisoformat(str(value)[:10])
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first}{FIRM}{_MONTHS[language][day.month - 1]}{FIRM}{day.year}"


def size(count: int, language: str) -> str:
    """A number of bytes in units that a person reads."""
    amount = float(count)
    for unit in ("o", "ko", "Mo", "Go") if language == "fr" else ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit in ("Go", "GB"):
            return f"{number(round(amount), language) if amount >= 10 else number(amount, language)}{FIRM}{unit}"
        amount /= 1000
    raise AssertionError


def decimals_for(values: Iterable[float | None]) -> int:
    """How many decimals a column of figures deserves: as many as it has, at most one from 10 on and two below."""
    known = [abs(v) for v in values if v is not None]
    most = 1 if max(known, default=0) >= 10 else 2
    return next((d for d in range(most) if all(round(v, d) == v for v in known)), most)
