"""What a finding is: one thing that is wrong, under a key that is the same as long as its cause is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

Severity = Literal["low", "medium", "high"]
#: From what weighs least: something to know, something to look at today, figures that the public does not get.
SEVERITIES: tuple[str, ...] = get_args(Severity)
#: What findings are of; a gathering says which of these it looked for, and only incidents of those end by themselves.
Kind = Literal["refused", "partial", "held", "check", "late", "signal", "upkeep", "run", "routing"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    `key` is the same as long as the cause is, whatever it touches; `rule` names the check, rule or signal, `feed` the
    feed that it lies in (empty: in none, or in several). `detail` is for the home and may name files and senders;
    `todo` is the command to go on with. `outputs` are names of outputs touched, `cells` the rows or cells that are
    concerned, where they were counted, `since` and `until` the days of figures, where they are known.
    """

    key: str
    kind: Kind
    severity: Severity
    rule: str
    feed: str = ""
    detail: str = ""
    todo: str = ""
    outputs: tuple[str, ...] = ()
    cells: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Gathered:
    """All that was found at once, one finding a key, and the kinds that were looked for."""

    findings: tuple[Finding, ...]
    kinds: frozenset[str]


def gathered(findings: Iterable[Finding], kinds: Iterable[str]) -> Gathered:
    """One cause is one finding: those of a key become one, which touches what each of them does."""
    by_key: dict[str, Finding] = {}
    for each in findings:
        by_key[each.key] = _together(by_key[each.key], each) if each.key in by_key else each
    return Gathered(tuple(by_key.values()), frozenset(kinds))


def _together(one: Finding, other: Finding) -> Finding:
    days = [each for each in (one.since, other.since, one.until, other.until) if each]
    counted = [each.cells for each in (one, other) if each.cells is not None]
    return replace(
        one,
        severity=max(one.severity, other.severity, key=SEVERITIES.index),
        detail="\n".join(dict.fromkeys(filter(None, (*one.detail.split("\n"), *other.detail.split("\n"))))),
        outputs=tuple(sorted({*one.outputs, *other.outputs})),
        cells=sum(counted) if counted else None,
        since=min(days, default=None),
        until=max(days, default=None),
    )
