"""Messages to whoever is on duty: one for each cause, when it opens, when it weighs more and when it has ended.

The addresses are those of `apprise` (mail, chat, telephone), one a line in `private/alerts` of the home, or in the
variable VIGIE_ALERTS, separated by white space. They hold passwords: nothing that is written or shown names them, and
the journal tells them apart by a fingerprint. What could not be sent is noted, and tried again by the next run.
"""

import datetime as dt
import hashlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.incidents import events
from orchestration.incidents.events import VIGIE
from orchestration.incidents.register import STATE
from orchestration.incidents.words import NAMED, next_step

DUE = (Path(__file__).parent / "due.sql").read_text(encoding="utf-8")
SEVERITY = {"low": "à savoir", "medium": "à traiter aujourd'hui", "high": "grave"}
HEADS = {
    "opened": "Incident {incident} ({severity}) : {subject}",
    "risen": "Incident {incident}, maintenant {severity} : {subject}",
    "closed": "Incident {incident} terminé : {subject}",
}
SUBJECTS = {
    "refused": "fichier refusé",
    "partial": "trop de lignes rejetées",
    "held": "chiffres retenus",
    "check": "contrôle non réussi",
    "late": "livraison en retard",
    "signal": "signal inhabituel",
    "upkeep": "entretien non fait",
    "run": "passage interrompu",
    "routing": "envoi à un destinataire",
}


def addresses(home: Home) -> list[str]:
    """The addresses to write to: those of the environment, else those of the home; none is none."""
    listed = os.environ.get("VIGIE_ALERTS", "")
    kept = home.private / "alerts"
    if not listed.strip() and kept.is_file():
        listed = "\n".join(
            line for line in kept.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
        )
    return listed.split()


def tell(home: Home, day: dt.date) -> int:
    """Send what is due; how many messages could not be sent. To be called under the lock of the home."""
    failed = 0
    for address in addresses(home):
        known_as = hashlib.sha256(address.encode()).hexdigest()[:12]
        for each in _due(home, known_as):
            why = _send(address, *message(each))
            facts = {"incident": each["incident"], "what": each["what"], "address": known_as}
            said = {"event": "not told", "why": why} if why else {"event": "told", "severity": each["severity"]}
            events.append(home, day, VIGIE, [facts | said])
            failed += bool(why)
    return failed


def _due(home: Home, address: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        events.load(home, connection)
        connection.execute(f"create temp table register as {STATE}")
        cursor = connection.execute(DUE, [address])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def message(each: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a message, in French, with the command to go on with; `each` is a row of the register, and
    `what` has become of it."""
    subject = ", ".join(filter(None, (SUBJECTS[each["kind"]], each["feed"] or each["rule"])))
    title = HEADS[each["what"]].format(incident=each["incident"], severity=SEVERITY[each["severity"]], subject=subject)
    lines = [f"Depuis le {each['first_seen']:%d/%m/%Y}. Règle : {each['rule']}."]
    if each["outputs"]:
        more = " …" if len(each["outputs"]) > NAMED else ""
        named = ", ".join(each["outputs"][:NAMED])
        lines.append(f"Sorties touchées : {len(each['outputs'])} ({named}{more}).")
    if each["releases"]:
        lines.append(f"Publié entre-temps : {', '.join(each['releases'][-NAMED:])}.")
    lines += (each["detail"] or "").splitlines()[:NAMED]
    if each["what"] == "closed":
        lines.append(f"Terminé par {each['closed_by']} : {each['closed_why']}.")
    else:
        lines.append(f"Que faire : {next_step(each)}")
        lines.append(f"Prendre en charge : vigie incidents ack {each['incident']} --why …")
    return title, "\n".join(lines)


def _send(address: str, title: str, body: str) -> str:
    """Send a message; why it could not be sent, without the address, empty when it was."""
    # Not at the top: most of what reads incidents sends none.
    from apprise import Apprise, NotifyType

    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        to = Apprise()
        if not to.add(address):
            return "the address is none that a message can be sent to"
        return "" if to.notify(body, title, notify_type=NotifyType.WARNING) else "it was not taken"
    except Exception as error:
        # Whatever a service does must not fail the run; its words may name the address.
        return type(error).__name__
    finally:
        log.disabled = before
