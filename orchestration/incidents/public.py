"""What the public is told of incidents: those of which an officer has declared the days, and nothing that names anyone.

A signal may be mistaken, and what holds an output is told by its status: so what is told here was decided by a person.
"""

import datetime as dt
from dataclasses import dataclass

from orchestration.home import Home
from orchestration.incidents.events import events_file
from orchestration.incidents.register import read_register

FR = "Ces chiffres sont touchés par un incident connu : ils sont à lire avec prudence."
EN = "These figures are touched by a known incident: read them with care."
FR_ENDED = "Un incident avait touché ces chiffres ; il est réparé."
EN_ENDED = "An incident had touched these figures; it is mended."


@dataclass(frozen=True)
class PublicIncident:
    """An incident as the public reads of it: the days of figures that it touches, in a feed or in some outputs, and
    whether it still does. No rule, no sender, no file, no reason."""

    feed: str
    outputs: tuple[str, ...]
    since: dt.date
    until: dt.date
    stands: bool

    @property
    def fr(self) -> str:
        """In French."""
        return FR if self.stands else FR_ENDED

    @property
    def en(self) -> str:
        """In English."""
        return EN if self.stands else EN_ENDED


def public_incidents(home: Home) -> list[PublicIncident]:
    """The incidents that the public is told of, those that have ended too, in the order of their days. None of a home
    that looks back: what is known today was not known then."""
    if home.edge or not events_file(home).exists():
        return []
    told = [
        PublicIncident(each["feed"], tuple(each["outputs"]), each["since"], each["until"], each["state"] != "closed")
        for each in read_register(home, everything=True)
        if each["is_marked"]
    ]
    return sorted(told, key=lambda each: (each.since, each.until, each.feed, each.outputs))
