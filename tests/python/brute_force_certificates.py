"""The figures of electronic certificates a second time, straight from the delivered files, in plain Python: no code of
Vigie."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from delivered_rows import Row, delivered

COLUMNS = "id_certificat;version;nature;etablissement;departement;lieu;date_deces;sexe;age;causes".split(";")
_ICD10 = "[A-Z][0-9]{2}[.]?[0-9+]{0,4}"
PATTERNS = [
    "[0-9A-Za-z-]{8,64}", "[1-9][0-9]{0,3}", "new|correction|deletion", "([0-9][0-9AB][0-9]{7})?",
    "[0-9][0-9AB]|9[78][0-9]", "(HOPITAL|CLINIQUE|EHPAD|DOMICILE|VOIE_PUBLIQUE|AUTRE)?", "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "[FHI]?", "([0-9]|[1-9][0-9]|1[01][0-9]|120)?", f"({_ICD10}(,{_ICD10}){{0,19}})?",
]  # fmt: skip
KINDS = {
    "HOPITAL": "hospital", "CLINIQUE": "hospital", "EHPAD": "care_home", "DOMICILE": "home", "VOIE_PUBLIQUE": "other",
    "AUTRE": "other", "": "unknown",
}  # fmt: skip
COMORBIDITIES = re.compile("I[1-6]|E1[0-4]|E66|J4|C|N1[89]|F0|G30|K7|D8")


@dataclass(frozen=True)
class Certificate:
    """A certificate as its last version has it."""

    establishment: str
    dep: str
    kind: str
    day: dt.date
    sex: str
    age: int | None
    causes: tuple[str, ...]

    @property
    def is_covid(self) -> bool:
        """Whether it mentions Covid-19."""
        since = {"U071": dt.date(2020, 1, 1), "U072": dt.date(2020, 1, 1), "U109": dt.date(2020, 9, 1)}
        since |= dict.fromkeys(("B342", "B972"), dt.date(2020, 3, 2))
        return any(self.day >= since.get(code[:4], dt.date.max) for code in self.causes)

    @property
    def is_comorbid(self) -> bool:
        """Whether it mentions a comorbidity."""
        return any(map(COMORBIDITIES.match, self.causes))

    @property
    def age_class(self) -> str:
        """Its class of ten years, by the last one."""
        return "unknown" if self.age is None else "90" if self.age >= 90 else f"{self.age // 10 * 10 + 9:02d}"

    @property
    def measures(self) -> list[str]:
        """What it counts as."""
        covid = ["covid", *(["covid_comorbid"] if self.is_comorbid else [])] if self.is_covid else []
        return ["certificates", *covid]


def rows(home: Path) -> Iterator[Row]:
    """Every row as text, with the day of its receipt."""
    return delivered(home, "cepidc", COLUMNS)


def certificates(home: Path) -> list[Certificate]:
    """The certificates that stand: of each the highest version, those that are deleted aside."""
    held: dict[str, tuple[int, str, Certificate]] = {}
    for received, line in rows(home):
        if len(line) != len(PATTERNS) or not all(map(re.fullmatch, PATTERNS, line)):
            continue
        key, version, nature, establishment, dep, kind, day, sex, age, causes = line
        try:
            on = dt.date.fromisoformat(day)
        except ValueError:
            continue
        if dt.date(2018, 1, 1) <= on <= received and (key not in held or int(version) > held[key][0]):
            told = Certificate(
                establishment, dep, KINDS[kind], on, {"F": "F", "H": "M"}.get(sex, "unknown"),
                int(age) if age else None,
                tuple(causes.replace(".", "").split(",")) if causes else (),
            )  # fmt: skip
            held[key] = (int(version), nature, told)
    return [told for _, nature, told in held.values() if nature != "deletion"]


def counts(told: list[Certificate], region: dict[str, str]) -> dict[str, Counter]:
    """By measure: what is in each cell (level, place, period, its end, sex, scheme, class, kind of place or all)."""
    first, last = min(each.day for each in told), max(each.day for each in told)
    cells = defaultdict(Counter)
    for each in told:
        ends = [("day", each.day)] + [("rolling7", each.day + dt.timedelta(days=n)) for n in range(7)]
        ends.append(("week", each.day + dt.timedelta(days=7 - each.day.isoweekday())))
        places = [("FRA", "FR"), ("REG", region[each.dep]), ("DEP", each.dep)]
        axes = [(sex, *age, "all") for sex in ("all", each.sex) for age in (("all", "all"), ("age10", each.age_class))]
        axes.append(("all", "all", "all", each.kind))
        for place in places:
            for period, end in ends:
                if end > last or (period != "day" and end - dt.timedelta(days=6) < first):
                    continue
                for axis in axes:
                    for measure in each.measures:
                        cells[measure][*place, period, end, *axis] += 1
    return cells
