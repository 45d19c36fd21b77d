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

#: Of these dbt gives the words of the engine; of a test that ran it gives its own.
ENGINE_FAILED = ("error", "runtime error")
#: Errors as dbt and DuckDB call them: what says where, what speaks of the code alone, and the others.
OF_DBT = frozenset({"Runtime Error", "Database Error"})
OF_CODE = frozenset({"Compilation Error", "Parsing Error", "Parser Error", "Binder Error", "Catalog Error"})
ERRORS = re.compile(
    r"\b(?:Runtime|Database|Compilation|Parsing|Parser|Binder|Catalog|Conversion|Constraint|Invalid(?: Input)?|IO"
    r"|Internal|Mismatch Type|Not implemented|Out of Memory|Out of Range|Transaction|TransactionContext) Error\b"
)


def prepare(
    home: Home,
    graph: Graph,
    token: str,
    *,
    day: dt.date,
    as_of: dt.date | None = None,
    rebuild: bool = False,
    selected: Collection[str] | None = None,
    forced: bool = True,
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
            forced=forced,
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
    status = str(result["status"])
    message = " ".join(str(result.get("message") or status).split())
    if status in ENGINE_FAILED:
        message = told_of_engine(message)
    return Result(fingerprint, status, result.get("failures"), message[:500])


def told_of_engine(message: str) -> str:
    """What an engine says of an error: its kind, and its words where they are of the code; others may quote a row."""
    found = list(dict.fromkeys(match[0] for match in ERRORS.finditer(message)))
    if found and set(found) <= OF_CODE | OF_DBT and set(found) & OF_CODE:
        return message
    kinds = [kind for kind in found if kind not in OF_DBT]
    return ", ".join(kinds or found) or "error"
