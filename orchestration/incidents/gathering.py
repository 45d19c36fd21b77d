"""Gathering findings from what stands: ledger, last release and its checks, journals, signals, deliveries to others.

Nothing is computed again for it. What holds an output is read from the private twin of the last release; where a check
fails downstream of another one that fails, the first is the cause, and the outputs are its.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.day.expected import expected, moment_of
from orchestration.errors import VigieError
from orchestration.gate import read_graph
from orchestration.gate.fingerprints import Graph
from orchestration.home import Home
from orchestration.incidents.findings import SEVERITIES, Finding, Gathered, Severity, gathered
from orchestration.journal import journals
from orchestration.landing import partial_feeds
from orchestration.landing.partial import breaches
from orchestration.release import archive
from orchestration.release.account import REQUESTS
from orchestration.routing.findings import routing_findings
from orchestration.status import refused_files

#: Reasons for which an output waits for a build, rather than for something to be mended.
UNBUILT = ("stale", "not_built", "check_not_run")
#: Reasons that an officer gave.
BY_HAND = ("by_hand", "retracted")
NEXT = {
    "refused": "vigie land --again {feed}/{file}",
    "partial": "vigie land --again {feed}/{file}",
    "held": "vigie check",
    "resume": "vigie resume {output} --why …",
    "run": "vigie run",
    "late": "vigie land",
}


def gather(home: Home, day: dt.date, *, late: Iterable[Finding] | None = None, graph: Graph | None = None) -> Gathered:
    """All that is wrong in a home on `day`; `graph` is that of the project, where it is known already.

    `late` are the findings of feeds that are overdue, from whoever knows what was expected; None when that was not
    looked for, so that no incident of lateness ends by it.
    """
    made = _last_twin(home)
    found = [*_refused(home), *_partial(home, day, made), *_run(home), *_upkeep(home), *_signals(home)]
    found += routing_findings(home, moment_of(day))
    kinds = {"refused", "partial", "run", "upkeep", "signal", "routing"}
    if made:
        found += [*_held(made, graph or _graph(home)), *_checks(made)]
        kinds |= {"held", "check"}
    if late is not None:
        found += late
        kinds.add("late")
    return gathered(found, kinds)


def overdue(home: Home, day: dt.date) -> list[Finding]:
    """A finding for each feed of which a delivery is overdue, as far as the day has gone."""
    return [
        Finding(
            key=f"late {each.feed}",
            kind="late",
            severity="high",
            rule="feed_arrived",
            feed=each.feed,
            detail=f"expected at {each.due:%Y-%m-%d %H:%M}; the last delivery is of {each.last}",
            todo=NEXT["late"],
        )
        for each in expected(home, moment_of(day))
        if each.state == "late" and each.due
    ]


def _last_twin(home: Home) -> dict[str, Any]:
    """What the home keeps of the release made last, be another one shown for the time being."""
    ids = archive.made(home)
    return archive.read(home, ids[-1]) if ids else {}


def _graph(home: Home) -> Graph | None:
    """The graph of the project; None when it does not parse: then each cause stands by itself."""
    try:
        return read_graph(home)
    except VigieError:
        return None


def _refused(home: Home) -> Iterator[Finding]:
    for each in refused_files(home):
        yield Finding(
            key=f"refused {each['feed']}/{each['file']}",
            kind="refused",
            severity="medium",
            rule="contract",
            feed=each["feed"],
            detail=f"{each['file']}: {each['reason']}",
            todo=NEXT["refused"].format(**each),
        )


def _partial(home: Home, day: dt.date, made: Mapping[str, Any]) -> Iterator[Finding]:
    for feed, partial in partial_feeds(home, day).items():
        touched = [
            output["output"]
            for output in made.get("standing", [])
            if any(r["kind"] == "partial" and r["subject"] == feed for r in output["reasons"])
        ]
        yield Finding(
            key=f"partial {feed}",
            kind="partial",
            severity="medium",
            rule="rejected_share",
            feed=feed,
            detail="\n".join(breaches(home, partial)),
            todo=NEXT["partial"].format(feed=feed, file=partial.files[-1].file),
            outputs=tuple(touched),
            cells=partial.rows,
        )


def _run(home: Home) -> Iterator[Finding]:
    """The last run of the present, when it failed: what it did not do was not released."""
    last = next((run for run in journals(home) if not run.get("as_of")), None)
    if last and last.get("error"):
        step = next((each["name"] for each in reversed(last["steps"]) if each["error"]), "")
        yield Finding(key=f"run {step}", kind="run", severity="high", rule=step, detail=last["error"], todo=NEXT["run"])


def _upkeep(home: Home) -> Iterator[Finding]:
    """What the last upkeep could not do; that persons wait for being forgotten weighs most."""
    kept = next((run["upkeep"] for run in journals(home) if run.get("upkeep")), {})
    for told in kept.get("failed", []):
        part, _, said = told.partition(": ")
        yield Finding(
            key=f"upkeep {part}",
            kind="upkeep",
            severity="high" if part == "erased" else "medium",
            rule=part,
            detail=said,
            todo=NEXT["run"],
        )


def _signals(home: Home) -> Iterator[Finding]:
    """The signals of the day, by feed, sender and signal; none where the warehouse has no such table."""
    if not home.database.is_file():
        return
    with duckdb.connect(str(home.database), read_only=True) as con:
        tables = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_name = 'signals'"
        ).fetchall()
        if not tables:
            return
        rows = con.execute(
            f"""
            select signal, feed, sender, min(day), max(day), max(severity::varchar), count(*),
                arg_max(observed, score), arg_max(expected, score), max(score)
            from {tables[0][0]} group by all order by all
            """
        ).fetchall()
    for signal, feed, sender, since, until, severity, days, observed, usual, score in rows:
        yield Finding(
            key=" ".join(filter(None, ("signal", signal, feed, sender))),
            kind="signal",
            severity=severity if severity in SEVERITIES else "medium",
            rule=signal,
            feed=feed or "",
            detail=f"{f'{sender}: ' if sender else ''}{observed} where {usual} was expected (score {score}), "
            f"{days} day(s)",
            since=since,
            until=until,
        )


def _checks(made: Mapping[str, Any]) -> Iterator[Finding]:
    """Checks that did not pass and hold nothing."""
    for each in made.get("checks", []):
        if not each["passed"] and not each["blocking"]:
            yield Finding(
                key=f"check {each['name']}",
                kind="check",
                severity="low",
                rule=each["name"],
                detail=" ".join(filter(None, (each["subject"], each["detail"], each["description"]))),
            )


@dataclass(frozen=True)
class _Cause:
    """Why an output is held: what failed, and where in the graph."""

    key: str
    rule: str
    detail: str
    todo: str
    nodes: frozenset[str] = frozenset()
    severity: Severity = "high"


def _held(made: Mapping[str, Any], graph: Graph | None) -> Iterator[Finding]:
    """A finding for each cause for which outputs are held, with all the outputs that it holds."""
    causes, withheld = _causes(made, graph)
    begins = {key: _where_it_begins(cause, causes, graph) for key, cause in causes.items()}
    outputs: dict[str, set[str]] = {}
    for output, keys in withheld.items():
        for key in keys:
            for first in begins[key]:
                outputs.setdefault(first, set()).add(output)
    for key, touched in outputs.items():
        cause = causes[key]
        yield Finding(
            key=key,
            kind="held",
            severity=cause.severity,
            rule=cause.rule,
            feed=_feed(cause, graph),
            detail=cause.detail,
            todo=cause.todo,
            outputs=tuple(sorted(touched)),
        )


def _causes(made: Mapping[str, Any], graph: Graph | None) -> tuple[dict[str, _Cause], dict[str, set[str]]]:
    """The causes by key, and by output the keys of those that hold it; one that is held with others has theirs."""
    causes: dict[str, _Cause] = {}
    own: dict[str, set[str]] = {}
    beside: dict[str, set[str]] = {}
    held = [output for output in made.get("standing", []) if output["status"] == "held"]
    for output in held:
        name = output["output"]
        own.setdefault(name, set())
        for reason in output["reasons"]:
            if reason["kind"] == "group":
                beside.setdefault(name, set()).add(reason["subject"])
                continue
            cause = _cause(name, reason, graph)
            causes.setdefault(cause.key, cause)
            own[name].add(cause.key)
    by_model = {output["model"]: own[output["output"]] for output in held}
    for name, others in beside.items():
        own[name] = own[name].union(*(by_model.get(other, set()) for other in others))
    return causes, own


def _cause(output: str, reason: Mapping[str, str], graph: Graph | None) -> _Cause:
    kind, subject, detail = reason["kind"], reason["subject"], reason["detail"]
    if kind in UNBUILT:
        way_out = detail.partition(": ")[2] or detail
        return _Cause(f"held unbuilt {way_out}", "not built", way_out, NEXT["run"])
    if kind in BY_HAND:
        return _Cause(f"held {kind} {subject}", kind, detail, NEXT["resume"].format(output=output), severity="low")
    nodes = _nodes_of(kind, subject, graph) if graph else frozenset()
    return _Cause(f"held {kind} {subject}", subject, detail, NEXT["held"], nodes)


def _nodes_of(kind: str, subject: str, graph: Graph) -> frozenset[str]:
    """The nodes at which a cause stands: what a check is about, what failed, the account of a feed."""
    if kind == "account":
        return frozenset(i for i, node in graph.nodes.items() if node.account_of == subject)
    named = [i for i, node in graph.nodes.items() if node.kind != "source" and node.name == subject]
    return frozenset(each for i in named for each in (graph.nodes[i].tested or (i,)))


def _where_it_begins(cause: _Cause, causes: Mapping[str, _Cause], graph: Graph | None) -> list[str]:
    """The keys of the causes from which one follows, its own when there is none: those that stand upstream of it and
    follow from no other."""
    if graph is None:
        return [cause.key]

    def follows(one: _Cause, other: _Cause) -> bool:
        return any(other.nodes & graph.upstream(node) for node in one.nodes)

    above = [other for other in causes.values() if follows(cause, other) and not follows(other, cause)]
    first = [each.key for each in above if not any(follows(each, other) for other in above)]
    return first or [cause.key]


def _feed(cause: _Cause, graph: Graph | None) -> str:
    """The feed in which a cause lies, when it is one."""
    if graph is None:
        return ""
    feeds = {feed for node in cause.nodes for feed in graph.feeds(node)} - {REQUESTS}
    return feeds.pop() if len(feeds) == 1 else ""
