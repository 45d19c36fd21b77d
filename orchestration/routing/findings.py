"""What is wrong with what was to be sent, for the register of incidents: one finding a recipient and cause."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.clock import ZONE
from orchestration.day.calendar import at
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.incidents.findings import Finding
from orchestration.routing import receipts
from orchestration.routing.declarations import Recipient, read_recipients
from orchestration.routing.delivering import LOOKED_BACK, served


def routing_findings(home: Home, now: dt.datetime) -> list[Finding]:
    """What could not be sent within its hour, was not looked at, was not acknowledged in time or as something else."""
    try:
        recipients = read_recipients().values()
    except VigieError as error:
        return [_finding("", "declarations", "high", str(error), "vigie recipients")]
    return [found for recipient in recipients if not recipient.ended(now.date()) for found in _of(home, recipient, now)]


def _of(home: Home, recipient: Recipient, now: dt.datetime) -> Iterator[Finding]:
    noted, kept = served(home, recipient.name), receipts.receipts(home, recipient.name, LOOKED_BACK)
    todo = f"vigie deliver {recipient.name}"
    if trouble := noted.get("trouble"):
        detail = f"{recipient.name}, since {trouble['since']}: {trouble['why']}"
        yield _finding(recipient.name, "sent", "high", detail, todo)
    elif kept and not recipient.example and _is_overdue(recipient, noted, now):
        yield _finding(recipient.name, "hour", "medium", f"{recipient.name}: nothing was tried at its hour", todo)
    if kept and not kept[-1].get("verified", True):
        detail = f"{recipient.name}, delivery {kept[-1]['number']}: what stands there is not what was sent"
        yield _finding(recipient.name, "altered", "high", detail, todo)
    for receipt in kept:
        if why := _not_acknowledged(home, recipient, receipt, now):
            detail = f"{recipient.name} ({recipient.contact}), delivery {receipt['number']}: {why}"
            yield _finding(recipient.name, "acknowledged", "medium", detail, todo)


def _is_overdue(recipient: Recipient, noted: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether a recipient that is served was not served in its last hour, which has gone by."""
    day = now.astimezone(ZONE).date()
    day = recipient.last_due(day - dt.timedelta(days=now < at(day, recipient.cut_off)))
    looked = noted.get("looked_at")
    return looked is not None and dt.datetime.fromisoformat(looked) < at(day, recipient.hour)


def _not_acknowledged(home: Home, recipient: Recipient, receipt: Mapping[str, Any], now: dt.datetime) -> str:
    known = receipts.acknowledgement(home, recipient.name, receipt["number"])
    if known:
        return "" if known["is_same"] else "it acknowledged something else than what was sent"
    hours = recipient.acknowledged_within
    sent = dt.datetime.fromisoformat(receipt["sent_at"]).replace(tzinfo=dt.UTC)
    if hours is None or now < sent + dt.timedelta(hours=hours):
        return ""
    return f"it is not acknowledged after {hours} hours: ask whether it came"


def _finding(recipient: str, rule: str, severity: Any, detail: str, todo: str) -> Finding:
    name = " ".join(filter(None, (rule, recipient)))
    return Finding(key=f"routing {name}", kind="routing", severity=severity, rule=name, detail=detail, todo=todo)
