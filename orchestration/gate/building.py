"""Before and after dbt: what is to be built is written into the warehouse, and what came of it."""

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.gate import stamps
from orchestration.gate.feeds import read_feeds, retired_feeds
from orchestration.gate.fingerprints import Graph
from orchestration.gate.plan import Plan, Standing, plan
from orchestration.gate.stamps import Result
from orchestration.home import Home


def prepare(
    home: Home,
    graph: Graph,
    token: str,
    *,
    day: dt.date,
    as_of: dt.date | None = None,
    rebuild: bool = False,
    selected: Collection[str] | None = None,
) -> Plan:
    """What a build has to do, written into the warehouse under its `token` for the hook that stamps; to be called when
    nobody else has the warehouse open. `day` is that of the run, for the rest see `plan`."""
    feeds = read_feeds(home, graph.all_feeds, as_of)
    with duckdb.connect(str(home.database)) as con:
        stamps.lay_out(con)
        made = plan(
            graph,
            feeds,
            read_standing(con, graph),
            token,
            retired=retired_feeds(home),
            rebuild=rebuild,
            selected=selected,
        )
        stamps.expect(con, made.expected.values(), token)
        stamps.note_waiting(con, made.waiting)
        forward = {node: rules for node, rules in made.forward.items() if node in made.expected}
        if forward:
            stamps.note_rules_since(con, forward, day)
    return made


def read_standing(con: duckdb.DuckDBPyConnection, graph: Graph) -> Standing:
    """What stands in the warehouse that a connection has open."""
    names = stamps.standing_relations(con)
    taken = {
        i: frozenset(delivery for (delivery,) in con.execute(f"select delivery from {node.relation}").fetchall())
        for i, node in graph.nodes.items()
        if node.numbers and node.relation in names
    }
    standing = frozenset(i for i, relation in graph.relations.items() if relation in names)
    return Standing(stamps.read_stamps(con, graph.relations), stamps.read_results(con), taken, standing)


def clear_results(artifacts: Path) -> None:
    """Before dbt is called: the results of another call say nothing of this one."""
    (artifacts / "run_results.json").unlink(missing_ok=True)


def run_results(artifacts: Path) -> list[Mapping[str, Any]] | None:
    """The results that the last call of dbt left in the folder of its artifacts; None when it left none."""
    try:
        return json.loads((artifacts / "run_results.json").read_text())["results"]
    except (OSError, ValueError):
        return None


def note(home: Home, graph: Graph, made: Plan, results: Collection[Mapping[str, Any]]) -> None:
    """Keep what the tests of a build gave, at the fingerprint of what they read, and which models failed."""
    noted: dict[str, Result | None] = {}
    for each in results:
        i, status = each["unique_id"], str(each["status"])
        if i in made.tests and status != "skipped":
            # A test of something that may not be what it should be tells nothing that lasts.
            fingerprint = made.tests[i]
            noted[i] = _result(fingerprint, each) if fingerprint else None
        elif i in made.expected and status != "skipped":
            noted[i] = None if status == "success" else _result(graph.rules[i], each)
    with duckdb.connect(str(home.database)) as con:
        stamps.note_results(con, noted)


def forget(home: Home, made: Plan) -> None:
    """Mark all that a build was to make as made by rules that nobody knows, so that the next one makes it again.

    The stamps stay: without one a theme could not go on after a retention.
    """
    with duckdb.connect(str(home.database)) as con:
        for i in made.expected:
            con.execute("update gate.built set definition = '', rules = '' where node = ?", [i])


def _result(fingerprint: str, result: Mapping[str, Any]) -> Result:
    message = " ".join(str(result.get("message") or result["status"]).split())
    # What DuckDB quotes in an error may be a value of a delivered file.
    return Result(fingerprint, str(result["status"]), result.get("failures"), re.sub(r"'[^']*'", "'…'", message)[:500])
