"""Who gets what, what was sent last and what is due next, for a person and for programs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from orchestration.clock import ZONE
from orchestration.day.calendar import at
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release.declarations import Declarations
from orchestration.routing import receipts
from orchestration.routing.declarations import ClassPolicy, Recipient
from orchestration.routing.delivering import Outcome, latest_day, served
from orchestration.routing.plan import Plan, plan


def overview(
    home: Home,
    recipients: Mapping[str, Recipient],
    classes: Mapping[str, ClassPolicy],
    declarations: Declarations,
    now: dt.datetime,
) -> list[dict[str, Any]]:
    """Of each recipient: who it is, what it gets or why nothing (`refused`), the last delivery and the next hour."""
    return [_one(home, recipient, classes, declarations, now) for recipient in recipients.values()]


def _one(
    home: Home,
    recipient: Recipient,
    classes: Mapping[str, ClassPolicy],
    declarations: Declarations,
    now: dt.datetime,
) -> dict[str, Any]:
    refused, planned = "", None
    try:
        planned = plan(recipient, classes, declarations, latest_day(home, recipient, now))
    except VigieError as error:
        refused = str(error)
    last = receipts.last_data(home, recipient.name)
    known = receipts.acknowledgement(home, recipient.name, last["number"]) if last else None
    return {
        "recipient": recipient.name,
        "title": recipient.title,
        "contact": recipient.contact,
        "class": recipient.policy,
        "basis": recipient.basis.text,
        "ends": recipient.basis.ends.isoformat(),
        "regions": list(recipient.regions),
        "hospitals": list(recipient.hospitals),
        "weekdays": list(recipient.weekdays),
        "gets": _gets(planned) if planned else {},
        "transport": recipient.transport.kind,
        "last": last and {"number": last["number"], "sent_at": last["sent_at"], "release": last["release"]},
        "acknowledged": None if known is None else known["is_same"],
        "next_due": None if refused else next_due(recipient, last, now).isoformat(timespec="minutes"),
        "trouble": (served(home, recipient.name).get("trouble") or {}).get("why", ""),
        "refused": refused,
    }


def _gets(planned: Plan) -> dict[str, list[str]]:
    return {
        "datasets": [dataset.name for dataset, _ in planned.datasets],
        "figures": [each.declared.name for each in planned.figures],
        "counts": [f"{each.declared.name} ({', '.join(each.declared.measures)})" for each in planned.counts],
        "records": [f"{each.declared.name} ({', '.join(each.declared.fields)})" for each in planned.records],
    }


def next_due(recipient: Recipient, last: Mapping[str, Any] | None, now: dt.datetime) -> dt.datetime:
    """The hour of today, or of the first day after on which it is due; of a later one when it was sent since."""
    day = now.astimezone(ZONE).date()
    sent = last and dt.datetime.fromisoformat(last["sent_at"]).replace(tzinfo=dt.UTC)
    if sent and sent >= at(day, recipient.hour):
        day += dt.timedelta(days=1)
    return at(recipient.next_due(day), recipient.hour)


def listed(found: Sequence[Mapping[str, Any]]) -> str:
    """The same for a person."""
    return "\n".join(line for each in found for line in _lines(each)) or "No recipient is declared."


def _lines(each: Mapping[str, Any]) -> list[str]:
    of = [*each["regions"], *each["hospitals"]]
    part = f", of {', '.join(of)}" if of else ""
    lines = [f"{each['recipient']}  {each['title']} ({each['class']}{part}; {each['basis']}, until {each['ends']})"]
    if each["refused"]:
        return [*lines, f"    gets nothing: {each['refused']}"]
    gets = (f"{len(names)} {what}" for what, names in each["gets"].items() if names)
    lines.append(f"    gets {', '.join(gets)} by {each['transport']}; due {each['next_due'].replace('T', ' ')}")
    if each["last"]:
        said = {None: "not acknowledged", True: "acknowledged", False: "acknowledged as something else"}
        lines.append(
            f"    last sent {each['last']['sent_at'].replace('T', ' ')} UTC: delivery {each['last']['number']} of the "
            f"release {each['last']['release']}, {said[each['acknowledged']]}"
        )
    if each["trouble"]:
        lines.append(f"    could not be sent: {each['trouble']}")
    return lines


def to_serve(recipients: Mapping[str, Recipient], name: str, today: dt.date) -> list[Recipient]:
    """The recipient of that name, or all whose agreement stands. Raises VigieError when there is none."""
    if not name:
        return [each for each in recipients.values() if not each.ended(today)]
    if name not in recipients:
        near = ", ".join(get_close_matches(name, recipients, 3))
        raise VigieError(f"There is no recipient '{name}'{f'; is it {near}?' if near else '.'}")
    return [recipients[name]]


def delivered(outcome: Outcome) -> str:
    """What became of a delivery, or of a dry run, in a line or two."""
    size = f"{outcome.files} files, {outcome.bytes:,} bytes"
    said = {
        "sent": f"delivery {', '.join(map(str, outcome.numbers))}: {size}",
        "unchanged": "has what there is",
        "due": f"would get {size}",
        "failed": f"not sent: {outcome.why}",
    }[outcome.state]
    lines = [f"{outcome.recipient:<12} {said}"]
    lines += [f"{'':<12} {each['output']}: {each['status']}. {each['reason_en']}" for each in outcome.standing]
    return "\n".join(lines)
