"""What the warehouse says of itself, in the schema `gate` of its own file: what each node was built from, and what the
checks gave.

`expected` is written before dbt starts and says what each node is about to be built from. The hook `stamp()`, which
runs in the transaction that writes a node, copies its row to `built`: a table and its stamp cannot part, whoever is
killed.
A row of `expected` counts for the build whose token it bears only, so that dbt called by hand stamps nothing and takes
away the stamp of what it writes.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from orchestration.gate.fingerprints import Stamp

TABLES = """
    create schema if not exists gate;
    create table if not exists gate.expected (
        node varchar, definition varchar, rules varchar, data varchar, generation varchar, refresh boolean,
        token varchar
    );
    create table if not exists gate.built (
        node varchar, definition varchar, rules varchar, data varchar, generation varchar, built_at timestamptz
    );
    create table if not exists gate.results (
        node varchar, fingerprint varchar, status varchar, failures bigint, message varchar, checked_at timestamptz
    );
    create table if not exists gate.rules_since (node varchar, rules varchar, since date);
    create table if not exists gate.waiting (node varchar, why varchar);
    create table if not exists gate.contents (name varchar, fingerprint varchar, rows bigint, content varchar);
"""


@dataclass(frozen=True)
class Expected:
    """What a node is about to be built from; it is made from the beginning when `refresh`."""

    node: str
    stamp: Stamp
    refresh: bool


@dataclass(frozen=True)
class Result:
    """What a test gave at a fingerprint of what it reads, or how a model failed; `status` is dbt's."""

    fingerprint: str
    status: str
    failures: int | None = None
    message: str = ""


def lay_out(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of the gate where they are not there."""
    con.execute(TABLES)


def is_laid_out(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the warehouse has the tables of the gate: one that was built by hand has none."""
    query = "select count(*) from duckdb_tables() where schema_name = 'gate' and table_name in ('built', 'results')"
    return con.execute(query).fetchall() == [(2,)]


def standing_relations(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables and views of the warehouse, as `schema.name`."""
    query = """
        select schema_name || '.' || table_name from duckdb_tables() where not internal
        union all select schema_name || '.' || view_name from duckdb_views() where not internal
    """
    return {name for (name,) in con.execute(query).fetchall()}


def views_of_another_home(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The views that read files below another folder than the one that the warehouse stands in.

    A view keeps the path of the lake: when the home was moved or copied, it reads what lies where that stood before.
    """
    query = "select path from duckdb_databases() where database_name = current_database()"
    [(database,)] = con.execute(query).fetchall()
    if database is None:
        return set()
    views = con.execute(
        "select schema_name || '.' || view_name, regexp_extract_all(sql, '''(/[^'']*)/(?:lake|warehouse)/', 1)"
        " from duckdb_views() where not internal"
    ).fetchall()
    here = str(Path(database).resolve())
    return {name for name, homes in views if not all(here.startswith(f"{Path(home).resolve()}/") for home in homes)}


def read_stamps(con: duckdb.DuckDBPyConnection, relations: Mapping[str, str]) -> dict[str, Stamp]:
    """The stamp of every node that has one and stands in the warehouse; `relations` gives `schema.name` of each."""
    if not is_laid_out(con):
        return {}
    standing = standing_relations(con) - views_of_another_home(con)
    rows = con.execute("select node, definition, rules, data, generation from gate.built").fetchall()
    return {node: Stamp(*rest) for node, *rest in rows if relations.get(node) in standing}


def read_results(con: duckdb.DuckDBPyConnection) -> dict[str, Result]:
    """The last result of each test, and of each model that failed."""
    if not is_laid_out(con):
        return {}
    rows = con.execute("select node, fingerprint, status, failures, message from gate.results").fetchall()
    return {node: Result(*rest) for node, *rest in rows}


def expect(con: duckdb.DuckDBPyConnection, expected: Iterable[Expected], token: str) -> None:
    """Say what is about to be built, in place of what was said before."""
    rows = [[each.node, *astuple(each.stamp), each.refresh, token] for each in expected]
    con.execute("begin")
    con.execute("delete from gate.expected")
    if rows:
        con.executemany("insert into gate.expected values (?, ?, ?, ?, ?, ?, ?)", rows)
    con.execute("commit")


def note_results(con: duckdb.DuckDBPyConnection, results: Mapping[str, Result | None]) -> None:
    """Keep the last result of each node; None forgets it."""
    if not results:
        return
    con.execute("begin")
    con.executemany("delete from gate.results where node = ?", [[node] for node in results])
    rows = [
        [node, result.fingerprint, result.status, result.failures, result.message]
        for node, result in results.items()
        if result is not None
    ]
    if rows:
        con.executemany("insert into gate.results select ?, ?, ?, ?, ?, now()", rows)
    con.execute("commit")


def note_waiting(con: duckdb.DuckDBPyConnection, waiting: Mapping[str, str]) -> None:
    """Say what a build leaves as it is although it should be made, and why, in place of what was said before."""
    con.execute("begin")
    con.execute("delete from gate.waiting")
    if waiting:
        con.executemany("insert into gate.waiting values (?, ?)", [*map(list, waiting.items())])
    con.execute("commit")


def read_waiting(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By node that the last build left as it is, why."""
    if "gate.waiting" not in standing_relations(con):
        return {}
    return dict(con.execute("select node, why from gate.waiting").fetchall())


def note_rules_since(con: duckdb.DuckDBPyConnection, rules: Mapping[str, str], since: dt.date) -> None:
    """Write down from which day on what accumulates is counted by other rules than before."""
    con.executemany(
        "insert into gate.rules_since values (?, ?, ?)", [[node, each, since] for node, each in rules.items()]
    )


def read_rules_since(con: duckdb.DuckDBPyConnection) -> dict[str, list[dt.date]]:
    """By node, the days from which it was counted by other rules, what was counted before being kept."""
    found: dict[str, list[dt.date]] = {}
    if is_laid_out(con):
        for node, since in con.execute("select distinct node, since from gate.rules_since order by since").fetchall():
            found.setdefault(node, []).append(since)
    return found
