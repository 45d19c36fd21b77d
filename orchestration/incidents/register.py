"""The register: findings become incidents, which are acknowledged, marked and closed; all of it as events.

An incident opens when a finding has a key that no open incident has, and ends by itself when its finding is gone. One
that was closed by hand stays closed as long as its finding is there and does not weigh more.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.incidents import events
from orchestration.incidents.events import VIGIE
from orchestration.incidents.findings import SEVERITIES, Finding, Gathered
from orchestration.storage import make_folder, publish

STATE = (Path(__file__).parent / "state.sql").read_text(encoding="utf-8")
#: Why an incident ended by itself.
GONE = "no longer found"
#: What of a finding may change without its being another one.
CHANGING = ("severity", "detail", "todo", "outputs", "cells", "since", "until")


@dataclass(frozen=True)
class Changes:
    """What a gathering did to the register, by numbers of incidents: those that opened, that weigh more, that ended;
    and how many messages about incidents could not be sent."""

    opened: tuple[int, ...] = ()
    risen: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    untold: int = 0


def read_register(home: Home, everything: bool = False) -> list[dict[str, Any]]:
    """The incidents that are not closed, or all; the newest last. The columns are those of the model `incidents`."""
    found = events.query(home, STATE)
    return found if everything else [each for each in found if each["state"] != "closed"]


def write_table(home: Home) -> None:
    """Write the register as `incidents/incidents.parquet`, which the model `incidents` reads."""
    path = home.incidents / "incidents.parquet"
    make_folder(path.parent)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with duckdb.connect() as connection:
        events.load(home, connection)
        # The path of a home holds no quote.
        connection.execute(f"copy ({STATE}) to '{draft}' (format parquet)")
    publish(draft, path)


def prepare_register(home: Home) -> None:
    """Make the table of the register where there is none, so that the model can be built."""
    if not (home.incidents / "incidents.parquet").is_file():
        write_table(home)


def take_in(home: Home, found: Gathered, day: dt.date, release: str | None) -> Changes:
    """Bring the register up to date with what was found on `day`, while `release` was shown (None: none yet).

    To be called under the lock of the home.
    """
    register = read_register(home, everything=True)
    standing = {each["key"]: each for each in register if each["state"] != "closed"}
    silenced = _silenced(home, register)
    number = max((each["incident"] for each in register), default=0)
    new: list[dict[str, Any]] = []
    opened, risen, closed = [], [], []
    for finding in found.findings:
        known = standing.get(finding.key)
        if known is None and finding.key in silenced and not _weighs_more(finding, silenced[finding.key]):
            continue
        if known is None:
            number += 1
            opened.append(number)
            new.append({"event": "opened", "incident": number, **asdict(finding)})
        elif changed := _changed(finding, known):
            if _weighs_more(finding, known["severity"]):
                risen.append(known["incident"])
            new.append({"event": "changed", "incident": known["incident"], **changed})
    keys = [finding.key for finding in found.findings]
    # Before those that are gone end: what an incident was last seen with is told by the gatherings before.
    for key, known in standing.items():
        # What the public was told of ends when someone says so: a signal is of its day, and the figures stay touched.
        if key not in keys and known["kind"] in found.kinds and not known["is_marked"]:
            closed.append(known["incident"])
            new.append({"event": "closed", "incident": known["incident"], "why": GONE})
    new.append({"event": "gathered", "keys": keys, "kinds": sorted(found.kinds), "release": release})
    events.append(home, day, VIGIE, new)
    write_table(home)
    return Changes(tuple(opened), tuple(risen), tuple(closed))


def _weighs_more(finding: Finding, than: str) -> bool:
    return SEVERITIES.index(finding.severity) > SEVERITIES.index(than)


def _changed(finding: Finding, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is said anew of an incident: all that may change, when something of it has; else nothing."""
    now = {name: value for name, value in asdict(finding).items() if name in CHANGING}
    # Days that were declared by hand hold, whatever is found.
    looked_at = [name for name in CHANGING if not (known["is_marked"] and name in ("since", "until"))]
    same = all((list(now[n]) if n == "outputs" else now[n]) == known[n] for n in looked_at)
    return {} if same else now


def _silenced(home: Home, register: list[dict[str, Any]]) -> dict[str, str]:
    """By key of an incident that was closed by hand and of which the finding has been there ever since, how much it
    weighed then."""
    by_hand = {each["key"]: each for each in register if each["state"] == "closed" and each["closed_by"] != VIGIE}
    gatherings = events.query(
        home, "select noted_at, keys, kinds from events where event = 'gathered' order by number desc"
    )
    return {
        key: each["severity"]
        for key, each in by_hand.items()
        if all(
            key in gathering["keys"]
            for gathering in gatherings
            if each["kind"] in gathering["kinds"] and gathering["noted_at"] > each["closed_at"]
        )
    }


def acknowledge(home: Home, incident: int, why: str, day: dt.date) -> None:
    """Note that someone has taken charge of an incident; raises VigieError when it is not there or has ended."""
    _note(home, incident, why, day, "acknowledged")


def close(home: Home, incident: int, why: str, day: dt.date) -> None:
    """Close an incident by hand; raises VigieError when it is not there or has ended."""
    _note(home, incident, why, day, "closed")


def mark(home: Home, incident: int, since: dt.date, until: dt.date, why: str, day: dt.date) -> None:
    """Declare the days of figures that an incident touches: from the next release on their cells are marked, and the
    public is told. Raises VigieError when that cannot be said of the incident."""
    if until < since:
        raise VigieError(f"An incident cannot end on {until}, before it began on {since}.")
    known = _standing(home, incident)
    if not known["feed"] and not known["outputs"]:
        raise VigieError(f"Incident {incident} touches no feed and no output, so that no figure can be marked.")
    _note(home, incident, why, day, "marked", since=since.isoformat(), until=until.isoformat())


def _standing(home: Home, incident: int) -> dict[str, Any]:
    known = next((each for each in read_register(home, everything=True) if each["incident"] == incident), None)
    if known is None:
        raise VigieError(f"There is no incident {incident}. `vigie incidents --all` lists them.")
    if known["state"] == "closed":
        raise VigieError(f"Incident {incident} has ended: {known['closed_why']}. `vigie incidents` lists those open.")
    return known


def _note(home: Home, incident: int, why: str, day: dt.date, event: str, **facts: Any) -> None:
    if not why.strip():
        raise VigieError("Say why: --why TEXT. It is kept with the incident.")
    _standing(home, incident)
    events.append(home, day, events.officer(), [{"event": event, "incident": incident, "why": why.strip(), **facts}])
    write_table(home)
