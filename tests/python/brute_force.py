"""A second, independent computation of every testing indicator, in plain Python.

It shares no code with the product: it reads the delivered files themselves, decides which rows are
acceptable, keeps the current version of each record, gathers the tests of a person on a day, applies the case
definition and sums. It is written to be read beside the definitions, not to be fast.

The result is blocks of cells, which can be read as tables with the columns of an indicator. Populations are an
input, for they are no indicator; their default is computed a second time too, in `default_population`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

MEASURES = ["numerator", "denominator", "value", "ci_low", "ci_high"]
Z = 1.959964  # quantile of the normal law for a 95 % interval
CASE_FREE_DAYS = 60
PROVISIONAL_DAYS = 3
#: What kits of the first generation suspect, and the days on which they were in use.
VARIANTS = {"V1": "alpha", "V2_3": "beta_or_gamma", "IND": "not_identified", "ABS": "none"}
KITS = date(2021, 1, 25), date(2021, 6, 30)

COLUMNS = [
    "id_resultat", "version", "nature", "id_personne", "date_prelevement", "date_resultat", "id_laboratoire",
    "type_analyse", "resultat", "sexe", "age", "commune_residence", "iris_residence", "departement_residence",
    "departement_prelevement", "symptomes", "date_debut_symptomes",
    "criblage_a", "criblage_b", "criblage_c", "criblage_d", "criblage_variant",
]  # fmt: skip


# ------------------------------------------------------------------------------------------ deliveries


@dataclass(slots=True)
class Record:
    """One acceptable row of one delivery."""

    order: tuple  # what decides between two rows of the same result
    result_id: str
    kind: str
    person: str
    laboratory: str
    sampled_at: datetime
    result_at: datetime
    analysis: str
    result: str
    sex: str
    age: int | None
    commune: str | None
    iris: str | None
    departement: str | None
    symptoms: str | None
    onset: date | None
    targets: tuple
    variant: str | None


def key64(text: str) -> int:
    """The lower half of the MD5 of a text, as a number: how the product abbreviates the fingerprint of a file."""
    return int.from_bytes(hashlib.md5(text.encode()).digest()[8:], "little")


def _rows_of(path: Path) -> list[dict] | None:
    """The rows of a delivery as texts (None when empty), or None when the file cannot be read at all."""
    try:
        if path.name.endswith(".parquet"):
            rows = pq.read_table(path).to_pylist()
            header = list(rows[0]) if rows else COLUMNS
            rows = [{name: _text(value) for name, value in row.items()} for row in rows]
        else:
            opened = gzip.open if path.name.endswith(".gz") else open
            with opened(path, "rt", encoding="utf-8", newline="") as stream:
                reader = csv.reader(stream, delimiter=";")
                header = next(reader, [])
                # A row with too few or too many fields cannot be read: it stands as an empty one.
                rows = [
                    {name: value or None for name, value in zip(header, fields, strict=True)}
                    if len(fields) == len(header)
                    else dict.fromkeys(COLUMNS)
                    for fields in reader
                ]
    except (OSError, EOFError, UnicodeDecodeError, ValueError):
        return None
    return rows if set(COLUMNS) <= set(header) else None


def _text(value) -> str | None:
    if value is None or value == "":
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _number(text: str | None, low: int, high: int) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[+-]?\d+", text) or not low <= int(text) <= high:
        raise ValueError(text)
    return int(text)


def _must(condition: bool) -> None:
    if not condition:
        raise ValueError


def _matches(text: str | None, pattern: str) -> str | None:
    _must(text is None or re.fullmatch(pattern, text) is not None)
    return text


def _accept(row: dict, received: date, arrival: int, line: int) -> Record | None:
    """The row as a record, or None when it breaks a rule of the contract."""
    try:
        for name in COLUMNS[:9]:
            _must(row[name] is not None)
        _matches(row["id_resultat"], "[0-9A-Za-z-]{8,64}")
        _matches(row["id_personne"], "[0-9a-f]{16,64}")
        _matches(row["id_laboratoire"], "[0-9A-Z]{3,14}")
        _matches(row["commune_residence"], "[0-9][0-9AB][0-9]{3}")
        _matches(row["iris_residence"], "[0-9][0-9AB][0-9A-Z]{7}")
        _matches(row["departement_residence"], "([0-9][0-9AB])|(9[78][0-9])")
        _matches(row["departement_prelevement"], "([0-9][0-9AB])|(9[78][0-9])")
        _must(row["nature"] in ("new", "correction", "deletion"))
        _must(row["type_analyse"] in ("RT-PCR", "ANTIGENIQUE", "SEROLOGIE"))
        _must(row["resultat"] in ("P", "N", "I"))
        _must(row["sexe"] in ("F", "H", "I", None))
        _must(row["symptomes"] in ("O", "N", None))
        version = _number(row["version"], 1, 9999)
        sampled, result_at = _moment(row["date_prelevement"]), _moment(row["date_resultat"])
        onset = _day(row["date_debut_symptomes"])
        age = _number(row["age"], 0, 120)
        targets = tuple(_number(row[f"criblage_{letter}"], 0, 1) for letter in "abcd")
        variant = row["criblage_variant"]
        _must(variant in (*VARIANTS, None))
        _must(variant is None or KITS[0] <= sampled.date() <= KITS[1])
        _must(sampled >= datetime(2020, 1, 1) and result_at >= datetime(2020, 1, 1))
        _must(onset is None or onset >= date(2020, 1, 1))
        _must(sampled.date() <= received)
        _must(result_at >= sampled)
        _must(result_at.date() <= received + timedelta(1))
        _must(onset is None or onset <= sampled.date())
        # An onset with unknown symptoms stands: the rule is neither true nor false there.
        _must(onset is None or row["symptomes"] != "N")
    except ValueError:
        return None
    return Record(
        order=(version, arrival, line),
        result_id=row["id_resultat"],
        kind=row["nature"],
        person=row["id_personne"],
        laboratory=row["id_laboratoire"],
        sampled_at=sampled,
        result_at=result_at,
        analysis=row["type_analyse"],
        result=row["resultat"],
        sex={"F": "F", "H": "M"}.get(row["sexe"], "unknown"),
        age=age,
        commune=row["commune_residence"],
        iris=row["iris_residence"],
        departement=row["departement_residence"],
        symptoms=row["symptomes"],
        onset=onset,
        targets=targets,
        variant=variant,
    )


@dataclass
class Deliveries:
    """What the files hold: the acceptable rows, and the counts that a ledger should show."""

    records: list[Record] = field(default_factory=list)
    files: int = 0
    repeated_files: int = 0
    unreadable_files: int = 0
    rows: int = 0
    rejected: int = 0
    last_received: date = date.min


def read_deliveries(landing: Path, until: date) -> Deliveries:
    """Read every SI-DEP file under `landing` (…/sidep/<day of receipt>/<file>) received up to `until`."""
    found, counting, arrival = Deliveries(), {}, 0
    for path in sorted((landing / "sidep").glob("*/*")):
        received = date.fromisoformat(path.parent.name)
        if received > until:
            continue
        found.files += 1
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        rows = _rows_of(path)
        if rows is None:
            found.unreadable_files += 1
            continue
        # Of a content that comes again only the rows count that did not on the day on which it came before.
        again, counted = fingerprint in counting, counting.setdefault(fingerprint, set())
        arrival += 1
        records = {line: _accept(row, received, arrival, line) for line, row in enumerate(rows, start=1)}
        records = {line: record for line, record in records.items() if line not in counted}
        accepted = [record for record in records.values() if record is not None]
        if again and not accepted:
            found.repeated_files += 1
            continue
        counted |= {line for line, record in records.items() if record is not None}
        found.rows += len(records)
        # A file of which no row is acceptable is refused, and none of its rows is told one by one.
        found.rejected += len(records) - len(accepted) if accepted else 0
        found.records += accepted
        if accepted:
            found.last_received = max(found.last_received, received)
    return found


def current_records(records: list[Record]) -> list[Record]:
    """The versions that no other one replaces, but for those that delete."""
    sent: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        sent[record.result_id].append(record)
    return [
        record
        for versions in sent.values()
        for record in versions
        if record.kind != "deletion" and not any(_replaces(other, record, versions) for other in versions)
    ]


def _replaces(later: Record, earlier: Record, versions: list[Record]) -> bool:
    """Whether a version stands in the place of another one of the same identifier."""
    person, laboratory = later.person == earlier.person, later.laboratory == earlier.laboratory
    if person and laboratory:
        return later.order > earlier.order
    if later.order[0] <= earlier.order[0] or not (person or laboratory):
        return False
    # Its own earlier version is what it corrects, if there is one.
    its_own = [v for v in versions if v.person == later.person and (laboratory or v.laboratory == later.laboratory)]
    return all(version.order[0] >= later.order[0] for version in its_own)


# ----------------------------------------------------------------------------------------- persons, days


def _is_virological(record: Record) -> bool:
    return record.analysis in ("RT-PCR", "ANTIGENIQUE") and record.result in ("P", "N")


def _is_positive_serology(record: Record) -> bool:
    return record.analysis == "SEROLOGIE" and record.result == "P"


@dataclass(slots=True)
class PersonDay:
    """The virological tests of one person on one day."""

    day: date
    retained: Record
    positive: bool
    tests: int
    antigenic: int
    excluded: bool  # a positive result in the 60 days before
    reinfection: bool  # an older positive result
    unseen: bool  # no positive result ever before: the definition by the first positive result counts the day


def person_days(current: list[Record]) -> list[PersonDay]:
    """Gather virological tests (RT-PCR or antigenic, positive or negative) by person and day."""
    tests_of: dict[str, dict[date, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in current:
        if _is_virological(record):
            tests_of[record.person][record.sampled_at.date()].append(record)
    gathered = []
    for days in tests_of.values():
        positive_days = [day for day, tests in days.items() if any(test.result == "P" for test in tests)]
        first_positive = min(positive_days, default=date.max)
        for day, tests in days.items():
            ages = [(day - other).days for other in positive_days if other < day]
            retained = min(
                tests,
                key=lambda test: (
                    test.result != "P",
                    test.analysis != "RT-PCR",
                    test.sampled_at,
                    test.order[1:],
                ),
            )
            gathered.append(
                PersonDay(
                    day=day,
                    retained=retained,
                    positive=day in positive_days,
                    tests=len(tests),
                    antigenic=sum(test.analysis == "ANTIGENIQUE" for test in tests),
                    excluded=any(age <= CASE_FREE_DAYS for age in ages),
                    reinfection=any(age > CASE_FREE_DAYS for age in ages),
                    unseen=day <= first_positive,
                )
            )
    return gathered


# ------------------------------------------------------------------------------------------------ places


class Places:
    """Where a record counts, from the referential tables (CSV files)."""

    def __init__(self, seeds: Path, iris_codes: set[str]):
        """`iris_codes` are the IRIS of the referential: the list is delivered or made up, hence an input."""
        self.region_of = {row["dep"]: row["reg"] for row in _table(seeds / "departements.csv")}
        self.regions = [row["reg"] for row in _table(seeds / "regions.csv")]
        self.epci_of = {row["com"]: row["epci"] for row in _table(seeds / "communes.csv")}
        self.city_of = {row["arr"]: row["com"] for row in _table(seeds / "commune_arrondissements.csv")}
        self.metropoles = {row["epci"] for row in _table(seeds / "metropoles.csv")}
        self.iris_codes = iris_codes

    def departement(self, record: Record) -> str:
        """The département of residence, 'unknown' when it is not one of the list."""
        code = record.departement
        if code is None and (record.commune or record.iris):
            place = record.commune or record.iris
            code = place[:3] if place[:2] in ("97", "98") else place[:2]
        return code if code in self.region_of else "unknown"

    def upper(self, record: Record) -> list[tuple[str, str]]:
        """The country, region and département where the record counts."""
        departement = self.departement(record)
        return [
            ("FRA", "FR"),
            ("REG", self.region_of.get(departement, "unknown")),
            ("DEP", departement),
        ]

    def local(self, record: Record) -> list[tuple[str, str]]:
        """The EPCI, commune and IRIS where the record counts, and the métropole when it is in one."""
        commune = record.iris[:5] if record.iris else record.commune
        commune = self.city_of.get(commune, commune)
        if commune not in self.epci_of:
            commune = "unknown"
        epci = self.epci_of.get(commune) or "unknown"
        places = [
            ("EPCI", epci),
            ("COM", commune),
            ("IRIS", record.iris if record.iris in self.iris_codes else "unknown"),
        ]
        return [*places, ("METRO", epci)] if epci in self.metropoles else places


LOCAL_AGES = [("all", "all"), ("65plus", "64"), ("65plus", "65"), ("65plus", "unknown")]
# The last windows that are kept; of communes and IRIS the whole weeks among them.
LOCAL_WINDOWS = {"EPCI": 90, "METRO": 90, "COM": 14, "IRIS": 14}
MINIMUM_POPULATION = 20  # inhabitants below which a place shows nothing
UPPER_BOUNDS = {
    "age10": [9, 19, 29, 39, 49, 59, 69, 79, 89],
    "age15": [14, 29, 44, 59, 74],
    "school": [2, 5, 10, 14, 17],
}
LAST_CLASS = {"age10": "90", "age15": "75", "school": "18"}
SEXES = ["all", "F", "M", "unknown"]
AGES = [("all", "all")] + [
    (scheme, code)
    for scheme, bounds in UPPER_BOUNDS.items()
    for code in [f"{bound:02d}" for bound in bounds] + [LAST_CLASS[scheme], "unknown"]
]


def age_class(age: int | None, scheme: str) -> str:
    """The class of an age in completed years: named by its upper bound, the last one by its lower bound."""
    if age is None:
        return "unknown"
    if scheme == "65plus":
        return "65" if age >= 65 else "64"
    for bound in UPPER_BOUNDS[scheme]:
        if age <= bound:
            return f"{bound:02d}"
    return LAST_CLASS[scheme]


# ------------------------------------------------------------------------------------- intervals, ratios


def poisson_interval(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a Poisson count by Byar's approximation."""
    count = np.asarray(count, dtype=float)
    safe = np.where(count > 0, count, 1.0)
    low = np.where(count > 0, safe * (1 - 1 / (9 * safe) - Z / (3 * np.sqrt(safe))) ** 3, 0.0)
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + Z / (3 * np.sqrt(more))) ** 3


def wilson_interval(part: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % score interval of a proportion, without continuity correction; NaN when the whole is 0."""
    whole = np.where(whole > 0, whole, np.nan).astype(float)
    share = part / whole
    centre = share + Z**2 / (2 * whole)
    spread = Z * np.sqrt(share * (1 - share) / whole + Z**2 / (4 * whole**2))
    return (centre - spread) / (1 + Z**2 / whole), (centre + spread) / (1 + Z**2 / whole)


# ---------------------------------------------------------------------------------------------- the sums

COUNTS = [
    "positive", "tested", "symptomatic_positive", "asymptomatic_positive", "unsaid_positive", "symptomatic_tested",
    "asymptomatic_tested", "unsaid_tested", "tests", "antigenic_tests", "unlocated_tests", "within_24h", "reinfections",
    "again_tested", "first_positive", "first_tested", "positive_serologies", "screened",
    "a0", "a1", "b0", "b1", "c0", "c1", "d0", "d1", "a0c0", "a01c01",
    "variant_screened", *VARIANTS.values(),
]  # fmt: skip

# indicator -> (numerator, denominator): shares, in per cent
SHARES = {
    "positivity_rate": (["positive"], ["tested"]),
    "symptomatic_share": (["symptomatic_positive"], ["symptomatic_positive", "asymptomatic_positive"]),
    "antigenic_share": (["antigenic_tests"], ["tests"]),
    "result_within_24h_share": (["within_24h"], ["tested"]),
    "reinfection_share": (["reinfections"], ["positive"]),
    "unlocated_tests_share": (["unlocated_tests"], ["tests"]),
    "screened_share": (["screened"], ["positive"]),
    "variant_screened_share": (["variant_screened"], ["positive"]),
}
TOTAL = ("all", "all")
FIRST_EVER, AGAIN = ("case_definition", "first_ever"), ("case_definition", "again")
# indicator -> (scheme, stratum) -> what it counts there, as for the total
STRATA = {
    "positivity_rate": {
        ("symptoms", "symptomatic"): (["symptomatic_positive"], ["symptomatic_tested"]),
        ("symptoms", "asymptomatic"): (["asymptomatic_positive"], ["asymptomatic_tested"]),
        ("symptoms", "unknown"): (["unsaid_positive"], ["unsaid_tested"]),
        FIRST_EVER: (["first_positive"], ["first_tested"]),
        AGAIN: (["reinfections"], ["again_tested"]),
    },
    "people_positive": {FIRST_EVER: "first_positive", AGAIN: "reinfections"},
    "people_tested": {FIRST_EVER: "first_tested", AGAIN: "again_tested"},
    "incidence_rate": {FIRST_EVER: "first_positive", AGAIN: "reinfections"},
    "screening_target_share": {
        (f"target_{letter}", "found"): ([f"{letter}1"], [f"{letter}0", f"{letter}1"]) for letter in "abcd"
    },
    "suspected_variants": {("suspected_variant", name): name for name in VARIANTS.values()},
    "suspected_variant_share": {
        ("suspected_variant", name): ([name], ["variant_screened"]) for name in VARIANTS.values()
    },
}
PERSON_COUNTS = {
    "people_positive": "positive",
    "people_tested": "tested",
    "positive_serologies": "positive_serologies",
    "tests_performed": "tests",
    "suspected_variants": "variant_screened",
}
POPULATION_RATES = {"incidence_rate": "positive", "testing_rate": "tested"}
DELAYS = ["onset_to_sampling_delay", "sampling_to_result_delay"]
SPARSE = [*DELAYS, "result_within_24h_share"]  # no row where nobody is counted; elsewhere a zero is a row
INDICATORS = [
    *PERSON_COUNTS, *POPULATION_RATES, *SHARES, "screening_target_share", "suspected_variant_share", *DELAYS,
    "standardised_incidence_rate", "cumulative_cases",
]  # fmt: skip


def counted(indicator: str, stratum: tuple[str, str]) -> Any:
    """What an indicator counts in a stratum: the name of a sum, or for a share those of part and whole."""
    totals = {**PERSON_COUNTS, **POPULATION_RATES, **SHARES, "cumulative_cases": "positive"}
    return totals[indicator] if stratum == TOTAL else STRATA[indicator][stratum]


def strata_of(indicator: str, named: list[str]) -> list[tuple[str, str]]:
    """The strata of an indicator that a declaration names: `all`, a scheme, or one stratum of it."""
    found = [TOTAL] if "all" in named else []
    return found + [(s, one) for s, one in STRATA.get(indicator, {}) if {s, f"{s}.{one}"} & set(named)]


def counts_of(person_day: PersonDay, located: bool) -> dict[str, int]:
    """What one person-day adds to the sums."""
    test = person_day.retained
    added = {
        "tests": person_day.tests,
        "antigenic_tests": person_day.antigenic,
        "unlocated_tests": 0 if located else person_day.tests,
        "first_tested": int(person_day.unseen),
        "first_positive": int(person_day.unseen and person_day.positive),
    }
    if person_day.excluded:
        return added
    added["tested"] = 1
    added["again_tested"] = int(person_day.reinfection)
    added["within_24h"] = int(test.result_at - test.sampled_at < timedelta(hours=24))
    added["symptomatic_tested"] = int(test.symptoms == "O")
    added["asymptomatic_tested"] = int(test.symptoms == "N")
    added["unsaid_tested"] = int(test.symptoms not in ("O", "N"))
    if person_day.positive:
        added["positive"] = 1
        added["symptomatic_positive"] = int(test.symptoms == "O")
        added["asymptomatic_positive"] = int(test.symptoms == "N")
        added["unsaid_positive"] = int(test.symptoms not in ("O", "N"))
        added["reinfections"] = int(person_day.reinfection)
        added["screened"] = int(any(target is not None for target in test.targets))
        for letter, target in zip("abcd", test.targets, strict=True):
            if target is not None:
                added[f"{letter}{target}"] = 1
        if test.variant is not None:
            added["variant_screened"] = 1
            added[VARIANTS[test.variant]] = 1
        a, _, c, _ = test.targets
        added["a01c01"] = int(a is not None and c is not None)
        added["a0c0"] = int(a == 0 and c == 0)
    return added


def delays_of(person_day: PersonDay) -> dict[str, int]:
    """Delays of a tested person: days from onset (symptomatic cases), whole hours to the result."""
    test = person_day.retained
    if person_day.excluded:
        return {}
    delays = {"sampling_to_result_delay": min(240, int((test.result_at - test.sampled_at).total_seconds() // 3600))}
    if person_day.positive and test.symptoms == "O" and test.onset is not None:
        delays["onset_to_sampling_delay"] = min(30, (person_day.day - test.onset).days)
    return delays


STATUSES = ["final", "provisional", "not_applicable", "suppressed"]


@dataclass
class Block:
    """The cells of an indicator over one period and in one stratum, as arrays by window, place, sex and age class."""

    period: str
    windows: list[tuple[date, date]]  # first and last day
    places: list[tuple[str, str]]  # level and code
    sexes: list[str]
    ages: list[tuple[str, str]]  # scheme and class
    measures: dict[str, np.ndarray]  # numerator, denominator, value, ci_low, ci_high; NaN where there is none
    status: np.ndarray  # positions in STATUSES
    announced: np.ndarray  # whether the declaration announces the cell
    stratum: tuple[str, str] = TOTAL

    @property
    def axes(self) -> tuple[list, list, list, list]:
        """What stands along each axis of the arrays."""
        return self.windows, self.places, self.sexes, self.ages

    def frame(self, cells: np.ndarray | None = None) -> pd.DataFrame:
        """Cells (positions in the flattened arrays; by default the announced ones) as a table."""
        cells = np.flatnonzero(self.announced) if cells is None else cells
        window, place, sex, age = np.unravel_index(cells, self.status.shape)
        table = {
            "geo_level": [self.places[n][0] for n in place],
            "geo_code": [self.places[n][1] for n in place],
            "period": self.period,
            "period_start": [self.windows[n][0] for n in window],
            "period_end": [self.windows[n][1] for n in window],
            "sex": [self.sexes[n] for n in sex],
            "age_scheme": [self.ages[n][0] for n in age],
            "age_class": [self.ages[n][1] for n in age],
        }
        table |= {name: array.flat[cells] for name, array in self.measures.items()}
        return pd.DataFrame(table).assign(status=[STATUSES[n] for n in self.status.flat[cells]])


class BruteForce:
    """All indicators of a landing folder, as known on `until`.

    `population` has the columns geo_level, geo_code, sex, age_scheme, age_class, population, valid_from and
    valid_to (exclusive). `seeds` is the folder of the referential CSV files.
    """

    def __init__(self, landing: Path, seeds: Path, population: pd.DataFrame, until: date):
        """Read the files and make the sums; `block` and `blocks` make the indicators."""
        self.deliveries = read_deliveries(landing, until)
        self.current = current_records(self.deliveries.records)
        self.person_days = person_days(self.current)
        self.population = population
        iris_codes = set(population.loc[population["geo_level"] == "IRIS", "geo_code"])
        self.places = Places(seeds, iris_codes)
        days = [
            record.sampled_at.date()
            for record in self.current
            if _is_virological(record) or _is_positive_serology(record)
        ]
        self.first, self.last = min(days), max(days)
        self.days = [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]
        self.geos = (
            [("FRA", "FR")]
            + [("REG", code) for code in [*self.places.regions, "unknown"]]
            + [("DEP", code) for code in [*self.places.region_of, "unknown"]]
        )
        self.geo_at = {geo: n for n, geo in enumerate(self.geos)}
        self.local_places = {
            "EPCI": sorted({epci for epci in self.places.epci_of.values() if epci}) + ["unknown"],
            "METRO": sorted(self.places.metropoles),
            "COM": [*self.places.epci_of, "unknown"],
            "IRIS": [*sorted(iris_codes), "unknown"],
        }
        self.local_at = {level: {code: n for n, code in enumerate(codes)} for level, codes in self.local_places.items()}
        self.age_at = {age: n for n, age in enumerate(AGES)}
        self.shape = (len(self.days), len(self.geos), len(SEXES), len(AGES))
        self._sum()
        self._populate()

    # ------------------------------------------------------------------------------ sums by day

    def _cells(self, record: Record) -> list[tuple[int, int, int]]:
        """Every breakdown (place, sex, age) that a record counts in, as positions in the arrays."""
        ages = [self.age_at["all", "all"]] + [
            self.age_at[scheme, age_class(record.age, scheme)] for scheme in UPPER_BOUNDS
        ]
        return [
            (self.geo_at[geo], sex, age)
            for geo in self.places.upper(record)
            for sex in (0, SEXES.index(record.sex))
            for age in ages
        ]

    def _sum(self) -> None:
        self.sums = {name: np.zeros(self.shape, dtype=np.int64) for name in COUNTS}
        self.delays = {name: [] for name in DELAYS}
        self.local = {
            level: {
                name: np.zeros((len(self.days), len(places), len(LOCAL_AGES)), dtype=np.int32)
                for name in ("positive", "tested")
            }
            for level, places in self.local_places.items()
        }
        ages = {code: n for n, (_, code) in enumerate(LOCAL_AGES)}
        for person_day in self.person_days:
            record, day = person_day.retained, (person_day.day - self.first).days
            cells = self._cells(record)
            counts = counts_of(person_day, self.places.departement(record) != "unknown")
            for name, count in counts.items():
                if count:
                    for cell in cells:
                        self.sums[name][(day, *cell)] += count
            for name, delay in delays_of(person_day).items():
                for cell in cells:
                    self.delays[name].append((day, *cell, delay))
            if counts.get("tested"):
                for level, code in self.places.local(record):
                    for age in (0, ages[age_class(record.age, "65plus")]):
                        cell = (day, self.local_at[level][code], age)
                        self.local[level]["tested"][cell] += 1
                        self.local[level]["positive"][cell] += int(person_day.positive)
        for record in self.current:
            if _is_positive_serology(record):
                for cell in self._cells(record):
                    self.sums["positive_serologies"][((record.sampled_at.date() - self.first).days, *cell)] += 1

    def _populate(self) -> None:
        """Populations on each day, NaN where there is none."""
        self.inhabitants = np.full(self.shape, np.nan)
        self.local_inhabitants = {
            level: np.full((len(self.days), len(places), len(LOCAL_AGES)), np.nan)
            for level, places in self.local_places.items()
        }
        for row in self.population.itertuples():
            start = max(0, (_as_date(row.valid_from) - self.first).days)
            end = max(0, (_as_date(row.valid_to) - self.first).days)
            level, code, age = row.geo_level, row.geo_code, (row.age_scheme, row.age_class)
            if level in self.local_at:
                if age in LOCAL_AGES and code in self.local_at[level]:
                    place = self.local_at[level][code]
                    self.local_inhabitants[level][start:end, place, LOCAL_AGES.index(age)] = row.population
            elif (level, code) in self.geo_at and age in self.age_at:
                place = self.geo_at[level, code]
                self.inhabitants[start:end, place, SEXES.index(row.sex), self.age_at[age]] = row.population

    # --------------------------------------------------------------------------------- windows

    def windows(self, period: str) -> list[tuple[int, int]]:
        """First and last day (as positions) of every complete window of a period."""
        count = len(self.days)
        if period == "day":
            return [(n, n) for n in range(count)]
        if period == "rolling7":
            return [(n - 6, n) for n in range(6, count)]
        if period == "week":
            return [(n - 6, n) for n in range(6, count) if self.days[n].isoweekday() == 7]
        if period == "cumulative":
            return [(0, n) for n in range(count)]
        raise ValueError(period)

    def total(self, names: list[str] | str, period: str) -> np.ndarray:
        """Sums over each window of a period: (window, place, sex, age)."""
        names = [names] if isinstance(names, str) else names
        daily = sum(self.sums[name] for name in names)
        return np.stack([daily[start : end + 1].sum(axis=0) for start, end in self.windows(period)])

    def _ends(self, period: str) -> list[int]:
        return [end for _, end in self.windows(period)]

    # ------------------------------------------------------------------------------ indicators

    def dense(self, indicator: str, period: str, stratum: tuple[str, str] = TOTAL) -> dict[str, np.ndarray]:
        """Numerator, denominator, value and interval of an indicator on FRA, REG and DEP, as full arrays."""
        if indicator in PERSON_COUNTS or indicator == "cumulative_cases":
            count = self.total(counted(indicator, stratum), period).astype(float)
            low, high = poisson_interval(count)
            return _measures(count, np.full(count.shape, np.nan), count, low, high)
        if indicator in POPULATION_RATES:
            count = self.total(counted(indicator, stratum), period).astype(float)
            return _population_rate(count, self.inhabitants[self._ends(period)])
        if indicator in SHARES or stratum != TOTAL:
            part, whole = (self.total(names, period).astype(float) for names in counted(indicator, stratum))
            return _share(part, whole)
        if indicator == "standardised_incidence_rate":
            return self._standardised(period)
        return self._medians(indicator, period)

    def _standardised(self, period: str) -> dict[str, np.ndarray]:
        """Direct standardisation on the national structure by ten-year classes; on sex all, age all only."""
        classes = [n for n, (scheme, code) in enumerate(AGES) if scheme == "age10" and code != "unknown"]
        cases = self.total("positive", period)[:, :, 0, :].astype(float)
        people = self.inhabitants[self._ends(period)][:, :, 0, :]
        national = people[:, [0]][:, :, classes]
        weights = national / national.sum(axis=2, keepdims=True)
        by_class, of_class = cases[:, :, classes], people[:, :, classes]
        rate = 1e5 * (weights * by_class / of_class).sum(axis=2)
        spread = Z * 1e5 * np.sqrt((weights**2 * by_class / of_class**2).sum(axis=2))
        arrays = {name: np.full((len(cases), *self.shape[1:]), np.nan) for name in MEASURES}
        arrays["numerator"][:, :, 0, 0] = by_class.sum(axis=2)
        arrays["denominator"][:, :, 0, 0] = of_class.sum(axis=2)
        arrays["value"][:, :, 0, 0] = rate
        arrays["ci_low"][:, :, 0, 0] = np.maximum(0, rate - spread)
        arrays["ci_high"][:, :, 0, 0] = rate + spread
        return arrays

    def _medians(self, indicator: str, period: str) -> dict[str, np.ndarray]:
        observed = np.array(self.delays[indicator], dtype=np.int64).reshape(-1, 5)
        windows = self.windows(period)
        arrays = {name: np.full((len(windows), *self.shape[1:]), np.nan) for name in MEASURES}
        arrays["denominator"][:] = 0
        cell = np.ravel_multi_index(tuple(observed[:, 1:4].T), self.shape[1:])
        for n, (start, end) in enumerate(windows):
            inside = (observed[:, 0] >= start) & (observed[:, 0] <= end)
            grouped = pd.Series(observed[inside, 4]).groupby(cell[inside])
            median, count = grouped.median(), grouped.count()
            arrays["value"][n].flat[median.index.to_numpy()] = median.to_numpy()
            arrays["denominator"][n].flat[count.index.to_numpy()] = count.to_numpy()
        return arrays

    def block(self, indicator: str, period: str, stratum: tuple[str, str] = TOTAL) -> Block:
        """An indicator on every place (FRA, REG, DEP), window, sex and age class, zeros included."""
        measures = self.dense(indicator, period, stratum)
        return replace(self._block(period, self.windows(period), self.geos, SEXES, AGES, measures), stratum=stratum)

    def local_block(self, indicator: str, level: str, period: str) -> Block:
        """Incidence, positivity or testing rate on every EPCI, METRO, COM or IRIS, zeros included.

        Only for the last windows, as many as are kept at that level; nothing is shown of the smallest places.
        """
        kept = {end for _, end in self.windows("rolling7")[-LOCAL_WINDOWS[level] :]}
        windows = [(start, end) for start, end in self.windows(period) if end in kept]
        positive, tested = (
            np.stack([self.local[level][name][start : end + 1].sum(axis=0) for start, end in windows])
            for name in ("positive", "tested")
        )
        people = self.local_inhabitants[level][[end for _, end in windows]]
        if indicator == "positivity_rate":
            measures = _share(positive, tested)
        else:
            measures = _population_rate(positive if indicator == "incidence_rate" else tested, people)
        suppressed = people < MINIMUM_POPULATION
        measures = {name: np.where(suppressed, np.nan, array)[:, :, np.newaxis] for name, array in measures.items()}
        places = [(level, code) for code in self.local_places[level]]
        block = self._block(period, windows, places, ["all"], LOCAL_AGES, measures)
        block.status[suppressed[:, :, np.newaxis]] = STATUSES.index("suppressed")
        return block

    def _block(self, period, windows, places, sexes, ages, measures) -> Block:
        """Arrays with their axes, and the status of each cell.

        Provisional in the last days before the last delivery, not applicable where there is no value.
        """
        limit = self.deliveries.last_received - timedelta(PROVISIONAL_DAYS)
        days = [(self.days[start], self.days[end]) for start, end in windows]
        status = np.full(measures["value"].shape, STATUSES.index("final"))
        status[[end > limit for _, end in days]] = STATUSES.index("provisional")
        status[np.isnan(measures["value"])] = STATUSES.index("not_applicable")
        return Block(period, days, places, sexes, ages, measures, status, np.ones(status.shape, dtype=bool))

    def blocks(self, indicator: str, breakdowns: list[dict[str, list[str]]]) -> Iterator[Block]:
        """Every cell that the declared breakdowns of an indicator announce, block by block.

        A breakdown lists its geo (levels), period, sex, age (schemes) and strata.
        """
        for breakdown in breakdowns:
            for period in breakdown["period"]:
                levels = set(breakdown["geo"])
                blocks = [self.local_block(indicator, level, period) for level in levels & set(LOCAL_WINDOWS)]
                if levels - set(LOCAL_WINDOWS):
                    strata = strata_of(indicator, breakdown.get("strata", ["all"]))
                    blocks += [self.block(indicator, period, stratum) for stratum in strata]
                for block in blocks:
                    if indicator in SPARSE:
                        block.announced &= block.measures["denominator"] > 0
                    if indicator == "standardised_incidence_rate":
                        block.announced[:, [code == "unknown" for _, code in block.places]] = False
                    block.announced[:, [level not in levels for level, _ in block.places]] = False
                    block.announced[:, :, [sex not in breakdown["sex"] for sex in block.sexes]] = False
                    block.announced[..., [scheme not in breakdown["age"] for scheme, _ in block.ages]] = False
                    yield block


def _as_date(value) -> date:
    return value.date() if isinstance(value, datetime) else value


def _measures(numerator, denominator, value, low, high) -> dict[str, np.ndarray]:
    return {
        "numerator": numerator, "denominator": denominator, "value": value, "ci_low": low, "ci_high": high,
    }  # fmt: skip


def _population_rate(count: np.ndarray, people: np.ndarray) -> dict[str, np.ndarray]:
    divisor = np.where(people > 0, people, np.nan)
    low, high = poisson_interval(count)
    return _measures(count, people, 1e5 * count / divisor, 1e5 * low / divisor, 1e5 * high / divisor)


def _share(part: np.ndarray, whole: np.ndarray) -> dict[str, np.ndarray]:
    low, high = wilson_interval(part, whole)
    return _measures(part, whole, 100 * part / np.where(whole > 0, whole, np.nan), 100 * low, 100 * high)


# ------------------------------------------------------------------------------------------- populations


def _table(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def default_population(seeds: Path) -> dict[tuple, float]:
    """Population by (level, code, sex, scheme, class) when none was delivered.

    A place has the sum of its communes, shaped by the national structure by sex and five-year age, spread
    evenly over the years of age inside a band. An IRIS has an equal part of its commune: one IRIS, code 0000,
    up to 10,000 inhabitants, else as many as it takes to have no more than 2,500 each.
    """
    national: dict[tuple, float] = defaultdict(float)
    everyone = 0
    for band in _table(seeds / "population_structure.csv"):
        people, low = int(band["population"]), int(band["lower_age"])
        everyone += people
        years = range(low, int(band["upper_age"]) + 1) if band["upper_age"] else [low]
        for age in years:
            classes = [("all", "all")]
            classes += [(scheme, age_class(age, scheme)) for scheme in ("age10", "age15", "school", "65plus")]
            for sex in ("all", band["sex"]):
                for cell in classes:
                    national[(sex, *cell)] += people / len(years)

    regions = {row["dep"]: row["reg"] for row in _table(seeds / "departements.csv")}
    metropoles = {row["epci"] for row in _table(seeds / "metropoles.csv")}
    totals: dict[tuple, float] = defaultdict(float)
    for commune in _table(seeds / "communes.csv"):
        people, code, epci = int(commune["population"]), commune["com"], commune["epci"]
        places = [("FRA", "FR"), ("REG", regions[commune["dep"]]), ("DEP", commune["dep"]), ("COM", code)]
        places += [("EPCI", epci)] if epci else []
        places += [("METRO", epci)] if epci in metropoles else []
        for place in places:
            totals[place] += people
        parts = -(-people // 2500) if people > 10_000 else 0
        for part in range(1, parts + 1):
            totals["IRIS", f"{code}{part:04d}"] = people / parts
        if not parts:
            totals["IRIS", f"{code}0000"] = people

    return {
        (*place, *cell): total * share / everyone
        for place, total in totals.items()
        for cell, share in national.items()
        if (cell[0] == "all" and cell[1] in ("all", "65plus") if place[0] in LOCAL_WINDOWS else cell[1] != "65plus")
    }
