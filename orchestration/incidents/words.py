"""How incidents are told on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

#: Outputs of an incident that are named; the others are counted.
NAMED = 3


def listed(found: Sequence[Mapping[str, Any]]) -> str:
    """The incidents for a person, what weighs most and is open first."""
    if not found:
        return "No incident."
    return "\n".join(line for each in _in_order(found) for line in _lines(each))


def as_table(found: Sequence[Mapping[str, Any]]) -> str:
    """The incidents as a table in Markdown, in the same order, each in a line; empty when there is none."""
    if not found:
        return ""
    head = ("incident", "severity", "kind", "feed", "rule", "since", "next")
    rows = [
        (i["incident"], i["severity"], i["kind"], i["feed"] or "", i["rule"], i["first_seen"], next_step(i))
        for i in _in_order(found)
    ]
    cells = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def touched(outputs: Sequence[str]) -> str:
    """The outputs that are touched, in a few words; empty when there is none."""
    more = f" and {len(outputs) - NAMED} more" if len(outputs) > NAMED else ""
    return ", ".join(outputs[:NAMED]) + more


def _in_order(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is open and weighs most first."""
    ranks = {"high": 0, "medium": 1, "low": 2}
    return sorted(found, key=lambda i: (i["state"] == "closed", ranks[i["severity"]], i["incident"]))


def _lines(each: Mapping[str, Any]) -> list[str]:
    about = " ".join(filter(None, (each["feed"], each["rule"])))
    head = f"{each['incident']:>4}  {each['severity']:<6}  {each['state']:<12}  {each['kind']}: {about}"
    lines = [f"{head}, since {each['first_seen']}, last {each['last_seen']}"]
    if each["outputs"]:
        lines.append(f"      touches {len(each['outputs'])} output(s): {touched(each['outputs'])}")
    if each["since"]:
        lines.append(f"      figures of {each['since']} to {each['until']}{', marked' if each['is_marked'] else ''}")
    lines += [f"      {line}" for line in (each["detail"] or "").splitlines()[:3]]
    for state in ("acknowledged", "closed"):
        if each[f"{state}_by"]:
            lines.append(f"      {state} by {each[f'{state}_by']}: {each[f'{state}_why']}")
    if each["state"] != "closed":
        lines.append(f"      next: {next_step(each)}")
    return lines


def next_step(each: Mapping[str, Any]) -> str:
    """The command to go on with: what may mend it, or where nothing does of itself, to take charge of it."""
    return each["todo"] or f"vigie incidents ack {each['incident']} --why …"
