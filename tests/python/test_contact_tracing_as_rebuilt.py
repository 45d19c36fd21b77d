"""What runs accumulate of contact tracing is what a rebuild gives: cases and contacts that come in any order, change
case or person, are deleted, merged, named twice or erased with their person.

The house is that of `test_vaccination_as_rebuilt`, with cases and contacts in the lake.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from drawing import dice
from test_sursaud_as_rebuilt import EXAMPLES, FIRST
from test_vaccination_as_rebuilt import House as Vaccinations

COLUMNS = [
    "id_fiche", "version", "nature", "objet", "id_personne", "id_plateforme", "id_cas", "date_confirmation",
    "date_debut_symptomes", "date_identification", "date_appel", "joint", "deja_contact", "lien", "date_devenu_cas",
    "sexe", "age", "departement_residence",
]  # fmt: skip
KEPT = {"regions": "reg in ('84', '11')", "departements": "dep in ('01', '69', '75')", "age_years": "true"}
COMPARED = ["calendar", "cells", "cube", "cube_windows", "fates", "account"]
INDICATORS = [
    "contacts_per_index_case", "contacts_becoming_cases_share", "contact_call_delay", "contact_onset_to_test_delay",
]  # fmt: skip
#: Few people, so that one is named more than once.
PEOPLE = 8


@dataclass(frozen=True)
class Entry:
    """A version of an entry: of a case, or, where it has one, of a contact of it. `on` is the day, `hour` that of the
    naming; `call` are the hours from there to the call."""

    key: int
    version: int
    kind: str
    person: int
    platform: str
    case: int | None
    on: dt.date
    onset: int | None
    hour: int
    call: int | None
    told: str | None
    became: int | None
    sex: str | None
    age: int | None
    dep: str | None

    def row(self) -> tuple:
        """As the lake has it."""
        is_case = self.case is None
        at = dt.datetime.combine(self.on, dt.time(0 if is_case else self.hour))
        return (
            self.key, self.version, self.kind, "CAS" if is_case else "CONTACT", self.person, self.platform, self.case,
            self.on if is_case else None,
            self.on - dt.timedelta(days=self.onset) if is_case and self.onset is not None else None,
            None if is_case else at, None if self.call is None else at + dt.timedelta(hours=self.call),
            None if self.call is None else "O", self.told if is_case else None,
            None if is_case else {"O": "FOYER", "N": "AUTRE"}.get(self.told),
            None if is_case or self.became is None else self.on + dt.timedelta(days=self.became),
            self.sex, self.age, self.dep,
        )  # fmt: skip


def entry(draw: random.Random, key: int, day: int) -> Entry:
    """A first sending, of a day after the first one: a case, or a contact of one that has come or may come."""
    case = draw.choice([None, *(draw.randrange(key + 4) for _ in range(3))])
    return Entry(
        key, 1, "new", draw.randrange(PEOPLE), f"0{draw.randrange(2)}1", None if case == key else case,
        FIRST + dt.timedelta(days=day), draw.choice([0, 2, None]), draw.randrange(24),
        draw.choice([2, 23, 24, 50, None]),
        draw.choice(["O", "N", None]), draw.choice([0, 5, None, None]), draw.choice(["F", "H", None]),
        draw.choice([4, 9, 10, 90, None]), draw.choice(["01", "69", "69", "75", "99", None]),
    )  # fmt: skip


def sent_again(draw: random.Random, before: Entry, entries: int) -> Entry:
    """A version after another one: of another case, called, deleted, of another person, as it was, or with a lower
    number."""
    version = max(1, before.version + draw.choice([1, 1, 1, 1, 0, -1]))
    after = replace(before, version=version, kind="correction")
    match draw.choice(["case", "case", "called", "day", "deleted", "same", "person", "place"]):
        case "case":
            return replace(after, case=None if before.case is None else draw.randrange(entries + 4))
        case "called":
            return replace(after, call=draw.choice([1, 30]), became=3, told="O")
        case "day":
            return replace(after, on=before.on - dt.timedelta(days=draw.choice([1, 3])), became=None)
        case "deleted":
            return replace(after, kind="deletion")
        case "person":
            return replace(after, person=draw.randrange(PEOPLE))
        case "place":
            return replace(after, dep=draw.choice(["01", None]), age=draw.choice([9, 10]))
    return before


@dataclass
class House(Vaccinations):
    """A lake in memory with entries, a warehouse brought up to date run after run, and one made anew."""

    theme = "int_contact_tracing__"
    seeds = KEPT

    def what_is_compared(self) -> list[str]:
        """The models that runs and a rebuild must agree on."""
        return [self.theme + what for what in COMPARED] + INDICATORS

    def land(self, days: list[int], again: int = 0) -> int:
        """Append a delivery of new entries of some days, and of `again` versions of earlier ones; its key."""
        new = [entry(self.draw, len(self.sent) + number, day) for number, day in enumerate(days)]
        sent = self.sent or new
        rows = new + [sent_again(self.draw, self.draw.choice(sent), len(sent)) for _ in range(again)]
        self.draw.shuffle(rows)
        self.sent += rows
        return self.entries(*rows)

    def entries(self, *rows: Entry) -> int:
        """Append a delivery of these; its key."""
        return self.file("contact_covid", COLUMNS, [row.row() for row in rows])

    def figures(self, *names: str) -> list[int]:
        """The sums of some figures over the days in France, every age and sex."""
        return [self.figure(name) for name in names]


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_runs_equal_a_rebuild(number, tmp_path):
    """Sequences that are drawn, some of which are killed between two tables."""
    house = House("contact_covid", tmp_path, dice("contact tracing equals a rebuild", number))
    house.assert_runs_equal_a_rebuild(PEOPLE)


CASE = Entry(1, 1, "new", 1, "011", None, FIRST, 2, 0, 30, "O", None, "F", 30, "69")
CONTACT = Entry(2, 1, "new", 2, "011", 1, FIRST + dt.timedelta(days=1), None, 10, 23, "O", 4, "H", 9, "75")
NAMES = ("index_cases", "contacts_named", "index_cases_without_contact", "contacts", "contacts_became_cases")


def test_a_contact_may_come_before_its_case(tmp_path):
    """It is a contact all the same, and one of the case as soon as that is there."""
    house = House("contact_covid", tmp_path, dice("before its case"))
    house.entries(CONTACT)
    house.run()
    assert house.figures(*NAMES) == [0, 0, 0, 1, 1]
    house.entries(CASE)
    house.run()
    assert house.figures(*NAMES) == [1, 1, 0, 1, 1]
    house.assert_same_as_rebuilt()


def test_cases_that_are_merged_have_all_contacts_of_both_each_person_once(tmp_path):
    """The one that is deleted leaves its contacts to the other; who was named by both counts once, as first named."""
    house = House("contact_covid", tmp_path, dice("merged"))
    other, theirs = replace(CASE, key=5), replace(CONTACT, key=6, case=5, person=3)
    again = replace(CONTACT, key=7, case=5, on=CONTACT.on + dt.timedelta(days=2), became=None)
    house.entries(CASE, CONTACT, other, theirs, again)
    house.run()
    assert house.figures(*NAMES) == [2, 3, 0, 3, 2]
    house.entries(*(replace(row, version=2, kind="correction", case=1) for row in (theirs, again)))
    house.run()
    assert house.figures(*NAMES) == [2, 2, 1, 2, 2], "not merged yet"
    house.entries(replace(other, version=2, kind="deletion"))
    house.run()
    assert house.figures(*NAMES) == [1, 2, 0, 2, 2]
    house.assert_same_as_rebuilt()


def test_a_person_who_is_erased_is_counted_no_more(tmp_path):
    """Neither as a case nor as a contact; the contacts of a case who is erased stay contacts."""
    house = House("contact_covid", tmp_path, dice("erased"))
    house.entries(CASE, CONTACT, replace(CONTACT, key=3, person=3))
    house.run()
    assert house.figures(*NAMES) == [1, 2, 0, 2, 2]
    house.erase(2)
    house.run()
    assert house.figures(*NAMES) == [1, 1, 0, 1, 1]
    house.erase(1)
    house.run()
    assert house.figures(*NAMES) == [0, 0, 0, 1, 1]
    house.assert_same_as_rebuilt()


def test_called_within_24_hours_is_less_than_24(tmp_path):
    house = House("contact_covid", tmp_path, dice("24 hours"))
    house.entries(*(replace(CONTACT, key=key, person=key, call=call) for key, call in enumerate([0, 23, 24, 50, None])))
    house.run()
    assert house.figures("contacts", "contacts_called_within_24h") == [5, 2]
