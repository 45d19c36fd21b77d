"""A second, independent computation of the figures of hospital stays, in plain Python.

It shares no code with the product: it takes the rows as they were delivered, keeps the current version of each event,
follows each stay day after day, and counts. It is written to be read beside the definitions, not to be fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

ENTRIES = ("ADMISSION", "TRANSFERT_ENTRANT")
EXITS = ("TRANSFERT_SORTANT", "RETOUR_DOMICILE", "DECES")
ORDER = ("ADMISSION", "TRANSFERT_ENTRANT", "CHANGEMENT_UNITE", *EXITS)
UNIT_COLUMNS = {"SOINS_CRITIQUES": "rea", "CONVENTIONNELLE": "HospConv", "SSR": "SSR_USLD", "AUTRE": "autres"}
STOCKS = ("hosp", *UNIT_COLUMNS.values(), "rad", "dc")
FLOWS = ("hosp", "rea", "dc", "rad")


@dataclass(frozen=True)
class Row:
    """One row of one delivery."""

    event: int
    version: int
    kind: str
    person: int
    stay: int
    finess: str | None
    dep: str
    what: str
    unit: str | None
    at: datetime
    declared_at: datetime
    sex: str | None
    age: int | None
    cause: str | None
    delivery: int
    line: int
    received: date
    arrival: int = 0


@dataclass(frozen=True)
class Stay:
    """A stay that has an entry: its possible events in order, and where it counts."""

    events: tuple[Row, ...]
    removed: date | None

    @property
    def dep(self) -> str:
        """The département of the hospital that was entered."""
        return self.events[0].dep

    @property
    def sex(self) -> str | None:
        """1 for men, 2 for women, None when not known."""
        known = [row.sex for row in self.events if row.sex in ("F", "H")]
        return {"H": "1", "F": "2"}[known[0]] if known else None

    @property
    def age_class(self) -> str | None:
        """The class of ten years, named by its upper bound; None when the age is not known."""
        known = [row.age for row in self.events if row.age is not None]
        return None if not known else "90" if known[0] >= 90 else f"{known[0] // 10}9".zfill(2)

    @property
    def cause(self) -> str | None:
        """1 for Covid-19, 2 for another reason, as last declared; None when never said."""
        said = [(row.declared_at, rank, row.cause) for rank, row in enumerate(self.events) if row.cause]
        return {"POUR": "1", "AVEC": "2"}[max(said)[2]] if said else None

    def declared_state(self, day: date) -> str | None:
        """What was declared of the stay by the end of a day: a unit, RETOUR_DOMICILE, DECES, or None."""
        if self.removed and self.removed <= day:
            return None
        return _state([row for row in self.events if row.declared_at.date() <= day])

    def true_state(self, day: date) -> str | None:
        """Where the patient was at the end of a day, by all that is known."""
        return None if self.removed else _state([row for row in self.events if row.at.date() <= day])

    def flows(self) -> dict[str, Row]:
        """The event by which the stay counts in each flow, where it does."""
        found = {}
        for row in self.events:
            if row.what == "ADMISSION":
                found.setdefault("hosp", row)
            if row.what in ("ADMISSION", "CHANGEMENT_UNITE") and row.unit == "SOINS_CRITIQUES":
                found.setdefault("rea", row)
        first_exit = next((row for row in self.events if row.what in EXITS), None)
        if first_exit and first_exit.what != "TRANSFERT_SORTANT":
            found["dc" if first_exit.what == "DECES" else "rad"] = first_exit
        return found


def _state(events: list[Row]) -> str | None:
    if not events or events[-1].what == "TRANSFERT_SORTANT":
        return None
    return events[-1].what if events[-1].what in EXITS else events[-1].unit


def current_events(rows: Iterable[Row]) -> list[Row]:
    """The versions of events that no other one replaces, unless they delete the event."""
    sent: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        sent[row.event].append(row)
    return [
        row
        for versions in sent.values()
        for row in versions
        if row.kind != "deletion" and not any(_replaces(other, row, versions) for other in versions)
    ]


def _replaces(later: Row, earlier: Row, versions: list[Row]) -> bool:
    """Whether a version stands in the place of another one of the same identifier."""
    person, hospital = later.person == earlier.person, later.finess == earlier.finess
    if person and hospital:
        return (later.version, later.arrival, later.line) > (earlier.version, earlier.arrival, earlier.line)
    if later.version <= earlier.version or not (person or hospital):
        return False
    # Its own earlier version is what it corrects, if there is one.
    its_own = [row for row in versions if row.person == later.person and (hospital or row.finess == later.finess)]
    return all(row.version >= later.version for row in its_own)


def _in_order(row: Row) -> tuple:
    """What orders the events of a stay: the moment, what happened, then declaration and receipt."""
    return row.at, ORDER.index(row.what), row.declared_at, row.arrival, row.line


def stays(rows: Iterable[Row]) -> tuple[list[Stay], dict[int, str]]:
    """The stays that count, and the events that fit in none, with the reason."""
    by_stay: dict[int, list[Row]] = defaultdict(list)
    for row in current_events(rows):
        by_stay[row.stay].append(row)
    found, aside = [], {}
    for events in by_stay.values():
        removed = min((row.declared_at.date() for row in events if row.what == "RETRAIT"), default=None)
        steps = sorted((row for row in events if row.what != "RETRAIT"), key=_in_order)
        entry = next((rank for rank, row in enumerate(steps) if row.what in ENTRIES), None)
        if entry is None:
            aside |= {row.event: "no_admission" for row in steps}
            continue
        aside |= {row.event: "before_admission" for row in steps[:entry]}
        kept = []
        for row in steps[entry:]:
            if kept and kept[-1].what == "DECES":
                aside[row.event] = "after_death"
            else:
                kept.append(row)
        found.append(Stay(tuple(kept), removed))
    return found, aside


def _stock(state: str) -> Iterator[str]:
    if state in UNIT_COLUMNS:
        yield "hosp"
        yield UNIT_COLUMNS[state]
    else:
        yield {"RETOUR_DOMICILE": "rad", "DECES": "dc"}[state]


class Figures:
    """Every figure of every day between `first` and `last`; what does not stand in a table is zero."""

    def __init__(self, rows: Iterable[Row], first: date, last: date) -> None:
        self.days = [first + timedelta(n) for n in range((last - first).days + 1)]
        self.stays, self.set_aside = stays(rows)
        #: (dep, sex or None, age class or None, column, day) -> stays in that state, as declared.
        self.stocks: dict[tuple, int] = defaultdict(int)
        #: (dep, column, day) -> events declared that day.
        self.declared: dict[tuple, int] = defaultdict(int)
        #: (dep, age class or None, cause or None, column, day) -> events that occurred that day, and
        #: (…, "present" or "critical", day).
        self.occurred: dict[tuple, int] = defaultdict(int)
        #: (dep, day) -> days from the admissions of that day to their declarations.
        self.waits: dict[tuple[str, date], int] = defaultdict(int)
        #: (dep, hospital) -> day on which it first declared an entry.
        self.first_declared: dict[tuple[str, str], date] = {}
        for stay in self.stays:
            self._count(stay)

    def _count(self, stay: Stay) -> None:
        entry = stay.events[0]
        if entry.finess:
            hospital, day = (stay.dep, entry.finess), entry.declared_at.date()
            self.first_declared[hospital] = min(day, self.first_declared.get(hospital, day))
        for day in self.days:
            declared, true = stay.declared_state(day), stay.true_state(day)
            for column in _stock(declared) if declared else ():
                self.stocks[stay.dep, stay.sex, stay.age_class, column, day] += 1
            if true in UNIT_COLUMNS:
                self.occurred[stay.dep, stay.age_class, stay.cause, "present", day] += 1
                self.occurred[stay.dep, stay.age_class, stay.cause, "critical", day] += true == "SOINS_CRITIQUES"
        for column, row in stay.flows().items():
            self.declared[stay.dep, column, row.declared_at.date()] += 1
            if not stay.removed:
                self.occurred[stay.dep, stay.age_class, stay.cause, column, row.at.date()] += 1
                if column == "hosp":
                    waited = (row.declared_at.date() - row.at.date()).days
                    self.waits[stay.dep, row.at.date()] += max(waited, 0)

    def stock(self, deps: Iterable[str], column: str, day: date, sex: str = "0", age: str = "0") -> int:
        """Stays of some départements in a state at the end of a day; 0 for both sexes, for all ages."""
        deps = set(deps)
        return sum(
            count
            for (dep, its_sex, its_age, its_column, its_day), count in self.stocks.items()
            if dep in deps
            and (its_column, its_day) == (column, day)
            and sex in ("0", its_sex)
            and age in ("0", its_age)
        )

    def hospitals(self, dep: str, day: date) -> int:
        """Hospitals of a département that had declared a stay by the end of a day."""
        return sum(its_dep == dep and first <= day for (its_dep, _), first in self.first_declared.items())

    def events(
        self, column: str, first: date, last: date, cause: str = "0", deps: Iterable[str] = (), age: str = "0"
    ) -> int:
        """Events between two days, or people on one day; 0 for any cause or age, no départements for all of them."""
        deps = set(deps)
        return sum(
            count
            for (dep, its_age, its_cause, its_column, day), count in self.occurred.items()
            if its_column == column
            and first <= day <= last
            and cause in ("0", its_cause)
            and age in ("0", its_age)
            and (not deps or dep in deps)
        )
