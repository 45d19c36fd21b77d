"""A warehouse of a preview: in memory, with the name of the home's, which is read and never written.

What the home has built by the same rules is read there; every view, and what was built by other rules or not at all, is
made here from the SQL as it is now. Nothing in that SQL is rewritten but the watermarks, which are names in it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.analyst.places import error_at, place_of
from orchestration.analyst.project import Compiled
from orchestration.errors import VigieError
from orchestration.gate.building import told_of_engine
from orchestration.gate.fingerprints import Graph, Stamp
from orchestration.gate.stamps import read_stamps
from orchestration.home import PROJECT, Home
from orchestration.landing.checking import literal, quoted
from orchestration.storage import locked

#: The warehouse of the home, as the scratch warehouse sees it.
STANDING = "standing"
#: The watermarks of `macros/incremental`: what each is as long as its model holds nothing, and what is asked of it
#: then. What is made from the beginning has taken in nothing, and nothing was withdrawn since.
WATERMARKS = {
    "applied_batch_of": ("0", "max(batch)"),
    "last_day_of": ("date '1900-01-01'", "format('date ''{}''', max(last_day))"),
    "received_from_of": ("date '0001-01-01'", None),
    "newly_withdrawn_of": ("select null where false", None),
}
WATERMARK = re.compile(rf"\b({'|'.join(WATERMARKS)})_(\w+)")


@dataclass
class Scratch:
    """A scratch warehouse of some outputs: a connection to it, where each model stands that has been made there, by
    name, and the names of the tables that had to be computed."""

    connection: duckdb.DuckDBPyConnection
    compiled: Compiled
    made: dict[str, str] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)

    def text(self, node: str) -> str:
        """The SQL of a model or test as DuckDB gets it."""
        return self.with_watermarks(self.compiled.sql[node][0])

    def with_watermarks(self, sql: str) -> str:
        """SQL with what its watermarks are here."""
        return WATERMARK.sub(lambda found: self._watermark(*found.groups()), sql)

    def refused(self, node: str, error: duckdb.Error, lines_before: int = 0) -> VigieError:
        """What DuckDB says of a model, with file and line; `lines_before` stood before its SQL."""
        project, file = self.compiled.project, self.compiled.manifest["nodes"][node]["original_file_path"]
        return place_of(lambda: project.marked_sql(node), file, error, lines_before)

    def relation(self, node: str) -> str:
        """Where a model that was made stands."""
        return self.made[self.compiled.graph.nodes[node].name]

    def failed(self, node: str, error: duckdb.Error) -> VigieError:
        """What DuckDB says while the rows of a model are read, which is of no line."""
        file = self.compiled.manifest["nodes"][node]["original_file_path"]
        return error_at(file, None, told_of_engine(str(error).split("\n\nLINE ")[0]))

    def _watermark(self, what: str, name: str) -> str:
        nothing, asked = WATERMARKS[what]
        relation = self.made.get(name)
        if asked is None or relation is None:
            return nothing
        [(value,)] = self.connection.execute(f"select {asked} from {relation}").fetchall()
        return nothing if value is None else str(value)


@contextmanager
def scratch(home: Home, compiled: Compiled, outputs: list[str], fresh: bool = False) -> Iterator[Scratch]:
    """A scratch warehouse in which the `outputs` can be read, as views; `fresh` computes all of it from the lake.

    Raises VigieError with file and line when DuckDB refuses one of the models, and when a run holds the home.
    """
    if not home.database.is_file():
        raise VigieError("There is no warehouse to preview on yet. Run `vigie run` first.")
    with (
        locked(home.lock, "vigie preview", reads=True),
        connected(home) as connection,
    ):
        here, graph = Scratch(connection, compiled), compiled.graph
        stamps = {} if fresh else stamps_of(home, graph)
        standing = read_as_they_stand(graph, stamps, outputs)
        made = needed(graph, standing, outputs)
        for i in graph.order:
            if i in standing:
                _make(here, i, "view", f"select * from {STANDING}.{graph.nodes[i].relation}")
            elif i in made:
                if graph.nodes[i].kind != "view":
                    here.computed.append(graph.nodes[i].name)
                if compiled.manifest["nodes"][i].get("language") == "python":
                    _run_python(here, i)
                else:
                    _make(here, i, "view" if graph.nodes[i].kind == "view" else "table", _query(here, i))
        yield here


def read_as_they_stand(graph: Graph, stamps: Mapping[str, Stamp], outputs: list[str]) -> set[str]:
    """The seeds and tables that are read in the home's warehouse: those made by the rules of now.

    What accumulates is read as it stands or made from the beginning with all of its theme.
    """
    rules = graph.rules
    sound = {
        i
        for i in graph.built
        if graph.nodes[i].kind != "view" and i in stamps and stamps[i].data and stamps[i].rules == rules[i]
    }
    while other := [t for t in graph.themes if t & sound and t & needed(graph, sound, outputs)]:
        sound -= frozenset().union(*other)
    return sound & _read(graph, sound, outputs)


def needed(graph: Graph, standing: set[str], outputs: list[str]) -> set[str]:
    """What has to be made for the outputs when the rest is read as it stands."""
    return {i for i in _read(graph, standing, outputs) if i not in standing and graph.nodes[i].kind != "source"}


def _read(graph: Graph, standing: set[str], outputs: list[str]) -> set[str]:
    found: set[str] = set()
    wave = set(outputs)
    while wave:
        found |= wave
        wave = {parent for i in wave - standing for parent in graph.parents[i]} - found
    return found


@contextmanager
def connected(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a scratch warehouse, which sees that of the home as `STANDING` and cannot write it."""
    config = {
        "threads": os.environ.get("VIGIE_THREADS", "2"),
        "memory_limit": os.environ.get("VIGIE_MEMORY_LIMIT", "6GB"),
        # Where the warehouse spills, since the upkeep removes what is left there after a kill: it may be of persons.
        "temp_directory": str(home.warehouse / "spill"),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {literal(str(home.database))} as {STANDING} (read_only)")
        # It has the name of the warehouse, by which the SQL calls its tables, and is in memory alone.
        connection.execute(f"attach ':memory:' as {quoted(home.database.stem)}")
        connection.execute(f"use {quoted(home.database.stem)}")
        yield connection


def stamps_of(home: Home, graph: Graph) -> dict[str, Stamp]:
    """What the home's warehouse was built from, by unique id; to be called when nobody writes it."""
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return read_stamps(connection, graph.relations)


def _query(here: Scratch, node: str) -> str:
    found = here.compiled.manifest["nodes"][node]
    if found["resource_type"] != "seed":
        return here.text(node)
    settings = found["config"]
    types = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in settings["column_types"].items())
    path, delimiter = str(PROJECT / found["original_file_path"]), settings.get("delimiter") or ","
    return f"select * from read_csv({literal(path)}, delim = {literal(delimiter)}, types = {{{types}}})"


def _run_python(here: Scratch, node: str) -> None:
    """Make the table that a Python model gives, by the code that dbt compiled, as its adapter does."""
    file = here.compiled.manifest["nodes"][node]["original_file_path"]
    names: dict[str, Any] = {}
    try:
        exec(compile(here.compiled.sql[node][0], file, "exec"), names)
        dbt = names["dbtObj"](lambda relation: here.connection.sql(f"select * from {relation}"))
        rows = names["model"](dbt, here.connection)
    except Exception as error:
        # Its words may quote a row.
        raise error_at(file, None, f"the model fails: {type(error).__name__}") from error
    here.connection.register("rows_of_python", rows)
    _make(here, node, "table", "select * from rows_of_python")
    here.connection.unregister("rows_of_python")


def _make(here: Scratch, node: str, kind: str, query: str) -> None:
    schema, name = here.compiled.graph.nodes[node].relation.split(".")
    try:
        here.connection.execute(f"create schema if not exists {quoted(schema)}")
        # On a line of its own: a line of the query is the same one less in what DuckDB says.
        here.connection.execute(f"create {kind} {quoted(schema)}.{quoted(name)} as\n{query}")
        here.made[name] = f"{quoted(schema)}.{quoted(name)}"
    except duckdb.Error as error:
        raise here.refused(node, error, lines_before=1) from error
