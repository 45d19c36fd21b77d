"""The project as an analyst has just saved it: parsed, compiled for what is asked about, and no warehouse touched.

dbt reads again only the files that have changed since the last time (`dbt/preview` in the home keeps what it has read),
and compiles only what is upstream of the outputs in question.
"""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.analyst.places import explained, marked
from orchestration.gate.definitions import define, symbolic_sql
from orchestration.gate.fingerprints import Graph
from orchestration.home import PROJECT, Home
from orchestration.release.declarations import Declarations
from orchestration.storage import locked
from orchestration.warehouse.project import dbt_environment, target

KEPT = "partial_parse.msgpack"


@dataclass(frozen=True)
class Project:
    """What dbt has parsed: for itself (`parsed`) and as a dictionary (`manifest`)."""

    home: Home
    parsed: Any
    manifest: Mapping[str, Any]

    @cached_property
    def declarations(self) -> Declarations:
        """What is to be published; raises VigieError with file and line when a declaration is not right."""
        declarations = Declarations(self.manifest)
        with explained(self.manifest):
            declarations.validate()
        return declarations

    def compiled(self, outputs: Collection[str]) -> "Compiled":
        """The SQL of outputs (unique ids), of all that they come from and of the tests declared on them.

        Raises VigieError with file and line when something does not compile.
        """
        nodes = self.manifest["nodes"]
        upstream = {each for output in outputs for each in (output, *self.declarations.upstream(output))}
        tests = {i for i, node in nodes.items() if node["resource_type"] == "test" and _about(node) in outputs}
        kept = {i: node for i, node in nodes.items() if i in upstream | tests}
        part = {**self.manifest, "nodes": kept}
        with explained(self.manifest), dbt_environment(self.home):
            sql = symbolic_sql(self.parsed, part, _folder(self.home) / "compiled", kept)
        defined = {node.unique_id: node for node in define(part, sql, self.home)}
        return Compiled(self, part, sql, Graph(defined))

    def marked_sql(self, unique_id: str) -> str:
        """The SQL of a model, with the number of its line in the file at the end of each line (see `marked`)."""
        node = self.parsed.nodes[unique_id]
        raw = node.raw_code
        node.raw_code = marked(raw)
        try:
            with dbt_environment(self.home):
                made = symbolic_sql(self.parsed, self.manifest, _folder(self.home) / "compiled", [unique_id])
        finally:
            node.raw_code = raw
        return made[unique_id][0]


@dataclass(frozen=True)
class Compiled:
    """A part of the project: its nodes in a manifest, the SQL of each (one text per branch, that of a rebuild first),
    and its graph with the fingerprints of the rules of each node."""

    project: Project
    manifest: Mapping[str, Any]
    sql: Mapping[str, list[str]]
    graph: Graph

    def tests_of(self, output: str) -> list[Mapping[str, Any]]:
        """The tests that are declared on an output, by name."""
        nodes = self.manifest["nodes"].values()
        found = [node for node in nodes if node["resource_type"] == "test" and _about(node) == output]
        return sorted(found, key=lambda node: node["name"])


def _about(test: Mapping[str, Any]) -> str:
    return test.get("attached_node") or ""


def _folder(home: Home) -> Path:
    return home.dbt / "preview"


def read_project(home: Home) -> Project:
    """Parse what has changed; raises VigieError with file and line when the project does not parse."""
    # Not at the top: reading dbt takes seconds, which `vigie --help` need not wait for.
    from dbt.cli.main import dbtRunner

    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock", "vigie preview"), dbt_environment(home), explained({}):
        if not (folder / KEPT).exists() and (target(home) / KEPT).exists():
            # What a run has parsed need not be parsed again.
            shutil.copyfile(target(home) / KEPT, folder / KEPT)
        done = dbtRunner().invoke(
            [
                *("--log-level", "none", "--log-level-file", "none", "--no-write-json", "parse"),
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder)),
                *("--log-path", str(folder / "logs")),
            ]
        )
        if not done.success:
            raise done.exception or RuntimeError("dbt does not parse the project and does not say why")
    return Project(home, done.result, done.result.writable_manifest().to_dict(omit_none=False))
