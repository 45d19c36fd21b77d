"""The dbt models run without dbt: their SQL is rendered with a small jinja environment and executed in DuckDB.

A run of dbt takes half a minute whatever the data; this takes a fraction of a second, so that a property can be
tried on hundreds of sequences of runs. Only what dbt does around a SELECT is written again here (view, table,
append, delete+insert, and the handful of functions that macros call); the SELECTs, the macros, the configuration
and the order are those of the manifest.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

from orchestration.home import Home
from orchestration.warehouse.project import manifest_path

REPOSITORY = Path(__file__).resolve().parents[2]


def parsed_home() -> Home:
    """A home in which the project has been parsed, and nothing else: one for all tests and workers of a session."""
    home = Home(Path(os.environ["VIGIE_PARSED_HOME"]))
    manifest_path(home)
    return home


class _Returned(Exception):  # noqa: N818 - it carries a value, it is not an error
    """How a macro gives a value that is not text."""


@dataclass(frozen=True)
class Relation:
    """A table or view: what `this`, `ref()` and `adapter.get_relation()` give."""

    database: str
    schema: str
    identifier: str

    def __str__(self) -> str:
        """Quoted, as it stands in SQL."""
        return f'"{self.database}"."{self.schema}"."{self.identifier}"'


class _Rows:
    """What `run_query()` gives: as much of an agate table as the macros use."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        names = [column[0] for column in cursor.description]
        self.rows = cursor.fetchall()
        self.columns = [_Column(name, [row[i] for row in self.rows]) for i, name in enumerate(names)]


@dataclass(frozen=True)
class _Column:
    name: str
    content: list

    def values(self) -> list:
        return self.content


class _Flags:
    def __init__(self, full_refresh: bool) -> None:
        self.FULL_REFRESH = full_refresh


@dataclass(repr=False)
class Project:
    """The models of a dbt manifest, and how they are rendered."""

    manifest: Mapping[str, Any]
    variables: dict[str, Any]
    declared: dict[str, Any] = field(default_factory=dict)
    _templates: dict[str, jinja2.Template] = field(default_factory=dict)
    _constant: dict[tuple, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
        package = self.manifest["metadata"]["project_name"]
        self.nodes = {
            node["name"]: node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed") and node["package_name"] == package
        }
        self._macros = {
            m["name"]: m["macro_sql"] for m in self.manifest["macros"].values() if m["package_name"] == package
        }

    @classmethod
    def read(cls, **variables: Any) -> Project:
        """The project as it is in the repository; `variables` stand instead of those of dbt_project.yml."""
        declared = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
        unknown = set(variables) - set(declared)
        assert not unknown, f"dbt_project.yml declares no variable {', '.join(sorted(unknown))}"
        manifest = json.loads(manifest_path(parsed_home()).read_text(encoding="utf-8"))
        return cls(manifest, {**declared, **variables}, declared)

    def parents(self, name: str) -> list[str]:
        """The models and seeds that a node reads directly."""
        found = self.nodes[name].get("depends_on", {}).get("nodes", [])
        return [unique_id.split(".")[-1] for unique_id in found if not unique_id.startswith("source.")]

    def upstream(self, names: Iterable[str], given: Iterable[str] = ()) -> list[str]:
        """The models to run for `names`, in order; what is `given`, and its own parents, is left out."""
        graph: dict[str, list[str]] = {}
        wave = [name for name in names if name not in set(given)]
        while wave:
            name = wave.pop()
            if name not in graph and self.nodes[name]["resource_type"] == "model":
                graph[name] = [parent for parent in self.parents(name) if parent not in set(given)]
                wave += graph[name]
        return [name for name in TopologicalSorter(dict(sorted(graph.items()))).static_order() if name in graph]

    def seeds(self, names: Iterable[str]) -> list[str]:
        """The seeds that the models read."""
        read = {parent for name in names for parent in self.parents(name)}
        return sorted(name for name in read if self.nodes[name]["resource_type"] == "seed")

    def is_stateful(self, name: str) -> bool:
        """Whether the model is a table that a run writes."""
        return self.nodes[name]["config"]["materialized"] != "view"

    def sources_in(self, home: Home) -> Callable[[str, str], str]:
        """What `source()` gives: the files of a home, of which the manifest names those of the home of its parsing."""
        declared = {(each["source_name"], each["name"]): each for each in self.manifest["sources"].values()}

        def source(name: str, table: str) -> str:
            of = declared[name, table]
            location = of["config"]["meta"]["external_location"].format(schema=of["schema"])
            return re.sub(r"'[^']*(?=/(?:lake|incidents|routing)/)", f"'{home.root}", location)

        return source

    def template(self, source: str) -> jinja2.Template:
        """A text compiled once."""
        if source not in self._templates:
            self._templates[source] = self._environment.from_string(source)
        return self._templates[source]


@dataclass
class Models:
    """The models of a project in one database of a DuckDB connection, brought up to date run after run."""

    project: Project
    connection: duckdb.DuckDBPyConnection
    database: str
    sources: Callable[[str, str], str]
    environment: Mapping[str, str] = field(default_factory=dict)
    _views: dict[str, str] = field(default_factory=dict)

    def relation(self, name: str) -> Relation:
        """Where a model or a seed stands."""
        node = self.project.nodes[name]
        return Relation(self.database, node["schema"], node["alias"])

    def give(self, name: str, sql: str) -> None:
        """Make a table of what a query gives, in the place of a model or a seed."""
        relation = self.relation(name)
        self.connection.execute(f'create schema if not exists "{self.database}"."{relation.schema}"')
        self.connection.execute(f"create table {relation} as {sql}")

    def seed(self, name: str, condition: str = "true") -> None:
        """Load the rows of a seed that satisfy a condition."""
        node = self.project.nodes[name]
        types = node["config"].get("column_types", {})
        declared = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        path = REPOSITORY / node["original_file_path"]
        self.give(name, f"select * from read_csv('{path}', types = {{{declared}}}) where {condition}")

    def run(self, names: Iterable[str], full_refresh: bool = False, **variables: Any) -> None:
        """Run models in the order given, as `dbt run` does."""
        for name in names:
            settings = {**self.project.variables, **variables}
            self._materialize(name, full_refresh, settings)
            self._run_hooks(name, full_refresh, settings)

    def _materialize(self, name: str, full_refresh: bool, variables: dict[str, Any]) -> None:
        node, this = self.project.nodes[name], self.relation(name)
        kind = node["config"]["materialized"]
        assert kind in ("view", "table", "incremental"), f"{name} is {kind}, which is not known here"
        self.connection.execute(f'create schema if not exists "{this.database}"."{this.schema}"')
        if node.get("language") == "python":
            self._run_python(node, this)
            return
        incremental = kind == "incremental" and not full_refresh and self.exists(this)
        sql = self._rendered(node, this, incremental, full_refresh, variables)
        if kind == "view" and self._views.get(name) == sql:
            return
        try:
            if not incremental:
                self.connection.execute(f"create or replace {'view' if kind == 'view' else 'table'} {this} as {sql}")
                self._views[name] = sql
                return
            strategy = node["config"]["incremental_strategy"]
            assert strategy in ("append", "delete+insert"), f"{name}: strategy {strategy} is not known here"
            self.connection.execute(f"create or replace temp table incoming as {sql}")
            if strategy == "delete+insert":
                key = node["config"]["unique_key"]
                columns = ", ".join([key] if isinstance(key, str) else key)
                self.connection.execute(f"delete from {this} where ({columns}) in (select {columns} from incoming)")
            self.connection.execute(f"insert into {this} by name select * from incoming")
        except duckdb.Error as error:
            raise AssertionError(f"{name} does not run: {error}\n{sql}") from error

    def _run_python(self, node: Mapping[str, Any], this: Relation) -> None:
        """Make the table that a Python model gives."""
        names: dict[str, Any] = {}
        exec(compile(node["raw_code"], node["original_file_path"], "exec"), names)
        rows = names["model"](_Dbt(self), self.connection)  # noqa: F841 - DuckDB reads it by its name
        self.connection.execute(f"create or replace table {this} as select * from rows")

    def _run_hooks(self, name: str, full_refresh: bool, variables: dict[str, Any]) -> None:
        for hook in self.project.nodes[name]["config"].get("post-hook", []):
            called = {"name": f"{name} hook {hook['sql']}", "raw_code": hook["sql"]}
            if sql := self._rendered(called, self.relation(name), False, full_refresh, variables):
                self.connection.execute(sql)

    def exists(self, relation: Relation) -> bool:
        """Whether there is such a table or view."""
        return bool(
            self.connection.execute(
                "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ? union all"
                " select 1 from duckdb_views() where database_name = ? and schema_name = ? and view_name = ?",
                [relation.database, relation.schema, relation.identifier] * 2,
            ).fetchall()
        )

    def _rendered(
        self, node: Mapping[str, Any], this: Relation, incremental: bool, full_refresh: bool, variables: dict[str, Any]
    ) -> str:
        constant = (self.database, node["name"], json.dumps(variables, sort_keys=True))
        if constant in self.project._constant:
            return self.project._constant[constant]
        asked: list[str] = []

        def state(function: Callable[..., Any]) -> Callable[..., Any]:
            """A function whose answer depends on the run; a model that calls none is rendered once."""

            def call(*arguments: Any) -> Any:
                asked.append(function.__name__)
                return function(*arguments)

            return call

        def is_incremental() -> bool:
            return incremental

        def is_refreshed() -> bool:
            return full_refresh

        def env_var(name: str, default: str = "") -> str:
            return self.environment.get(name, default)

        def run_query(sql: str) -> _Rows:
            return _Rows(self.connection.execute(sql))

        context: dict[str, Any] = {}
        known: dict[str, Any] = {
            "execute": True,
            "this": this,
            "model": node,
            "graph": {"nodes": self.project.nodes},
            "flags": _Flags(full_refresh),
            "modules": {"re": re, "datetime": datetime},
            "adapter": _Adapter(state(self._found)),
            "config": lambda **settings: "",
            "is_incremental": state(is_incremental),
            "is_refreshed": state(is_refreshed),
            "is_symbolic": lambda: False,
            # What was built from what is the concern of the gate, not of the SELECTs.
            "stamp": lambda: "",
            "ref": lambda *names: self.relation(names[-1]),
            "source": self.sources,
            "var": lambda name, default=None: variables.get(name, default),
            "run_query": state(run_query),
            "env_var": state(env_var),
            "return": _return,
            "exceptions": _Exceptions,
        }
        context |= {name: self._macro(name, source, context) for name, source in self.project._macros.items()}
        context |= known
        sql = self.project.template(node["raw_code"]).render(context)
        if not asked:
            self.project._constant[constant] = sql
        return sql

    def _found(self, relation: Relation) -> Relation | None:
        return relation if self.exists(relation) else None

    def _macro(self, name: str, source: str, context: dict[str, Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return getattr(self.project.template(source).make_module(context), name)(*arguments, **named)
            except _Returned as returned:
                return returned.args[0]

        return call


@dataclass(frozen=True)
class _Dbt:
    """What a Python model asks dbt for."""

    models: Models

    def config(self, **settings: Any) -> None:
        """Said to dbt, which keeps it in the manifest."""

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        """The rows of a model."""
        return self.models.connection.sql(f"select * from {self.models.relation(name)}")


@dataclass(frozen=True)
class _Adapter:
    found: Callable[[Relation], Relation | None]

    def get_relation(self, database: str, schema: str, identifier: str) -> Relation | None:
        return self.found(Relation(database, schema, identifier))


class _Exceptions:
    @staticmethod
    def raise_compiler_error(message: str) -> None:
        raise AssertionError(message)


def _return(value: Any) -> None:
    raise _Returned(value)


def count(home: Home, names: Iterable[str] | None = None) -> None:
    """Make models and seeds, and what they read, in the warehouse of a home, from what has landed there; without dbt.

    Without names every seed and model, and every model a second time, when nothing new has come.
    """
    project = Project.read()
    home.warehouse.mkdir(parents=True, exist_ok=True)
    wanted = project.nodes.keys() if names is None else names
    order = project.upstream(wanted)
    seeds = {*project.seeds(order), *(name for name in wanted if project.nodes[name]["resource_type"] == "seed")}
    with duckdb.connect() as connection:
        # Views keep the name of the database, which is that of the file when dbt opens it.
        name = home.database.stem
        connection.execute(f"set TimeZone = 'UTC'; set threads = 2; attach '{home.database}' as {name}")
        environment = {"VIGIE_WAREHOUSE": str(home.warehouse)}
        models = Models(project, connection, name, project.sources_in(home), environment)
        for seed in sorted(seeds):
            if not models.exists(models.relation(seed)):
                models.seed(seed)
        models.run(order)
        if names is None:
            models.run(order)


def differing(connection: duckdb.DuckDBPyConnection, left: str, right: str, limit: int = 10) -> list[tuple]:
    """Rows of one query that are not in the other, with the side on which they are; a repeated row counts each time."""
    # A sum of hashes tells at a fraction of the cost that there is nothing to look for.
    sums = "select count(*), sum(hash(rows)) from ({}) as rows"
    if len(set(connection.execute(f"{sums.format(left)} union all {sums.format(right)}").fetchall())) == 1:
        return []
    return connection.execute(
        f"with l as ({left}), r as ({right}) select * from (select 'left' as side, * from (from l except all from r)"
        f" union all select 'right' as side, * from (from r except all from l)) order by all limit {limit}"
    ).fetchall()
