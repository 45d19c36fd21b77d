"""The definition of every node of the dbt project: a fingerprint of what it says, whatever stands in the warehouse.

dbt compiles the project twice without a warehouse (`--no-introspect`, see `macros/gate`): as a rebuild and as an
incremental run, in which watermarks stay names. What is left of the SQL without comments and white space, and the
settings that make a table of it, is the definition. An edit of a macro that many models share changes those of which
the SQL comes out differently, and no other.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import PROJECT, Home
from orchestration.storage import write_whole

#: What a definition is besides the SQL: the settings by which dbt makes a table of it.
SETTINGS = ("materialized", "incremental_strategy", "unique_key", "on_schema_change", "full_refresh", "pre-hook")
#: What makes a test fail or pass besides its SQL.
LIMITS = ("severity", "error_if", "warn_if", "fail_calc", "where", "limit")
SEED = ("column_types", "delimiter", "quote_columns")
#: Every node bears it, and it says nothing of what the node holds.
STAMP = "{{ stamp() }}"
#: Sources that are what Vigie notes of itself.
OF_NO_FEED = frozenset({"landing", "incidents", "routing"})
#: Macros whose text depends on what stands in the warehouse: a view that calls one is made again with its data.
WATERMARKS = ("applied_batch", "received_from", "not_yet_in_this", "last_day_of", "generation")


@dataclass(frozen=True)
class Node:
    """A node as its definition has it.

    `definition` is its own fingerprint, `parents` are the unique ids that it reads, `relation` is `schema.name` in the
    warehouse. `kind` is source, seed, view, table, incremental or test. `feed` names the feed of a source, and
    `is_ledger` tells whether the source is the ledger of the feed or its rows; `account_of` names the feed of which a
    model keeps the account, `numbers` tells whether it numbers the batches of a theme. A view that is `watermarked`
    holds what stood in the warehouse when it was made. A model that is an output has the `group` that it declares, or
    an empty one, None otherwise, and the groups that it `follows`: it is held with them and holds none of them. A test
    has its `severity`, and what it is about (`tested`).
    """

    unique_id: str
    kind: str
    definition: str
    parents: tuple[str, ...] = ()
    relation: str = ""
    feed: str = ""
    is_ledger: bool = False
    account_of: str = ""
    numbers: bool = False
    watermarked: bool = False
    group: str | None = None
    follows: tuple[str, ...] = ()
    severity: str = ""
    tested: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As it is spoken of."""
        return self.unique_id.split(".")[3 if self.kind == "source" else 2]

    @property
    def kept(self) -> bool:
        """Whether the warehouse keeps of it more than SQL, so that its data are as old as its last making."""
        return self.kind in ("seed", "table", "incremental") or self.watermarked


def normalised(sql: str) -> str:
    """SQL without comments and white space."""
    data = sql.encode()
    tokens = [*duckdb.tokenize(sql), (len(data), duckdb.token_type.comment)]
    texts = (
        data[start:end].decode().strip()
        for (start, kind), (end, _) in pairwise(tokens)
        if kind is not duckdb.token_type.comment
    )
    return " ".join(text for text in texts if text)


def define(manifest: Mapping[str, Any], sql: Mapping[str, Iterable[str]], home: Home) -> Iterator[Node]:
    """The nodes of a manifest; `sql` holds the compiled SQL of each model and test, one text per branch."""
    engine = f"dbt {version('dbt-core')}, duckdb {duckdb.__version__}"
    watermarked = _reaching(manifest, WATERMARKS)
    for source in manifest["sources"].values():
        meta = {**source["source_meta"], **source["meta"], **(source["config"].get("meta") or {})}
        location = _without_home(meta["external_location"].format(schema=source["schema"]), home)
        feed = source["source_name"] if source["source_name"] not in OF_NO_FEED else ""
        is_ledger = "/lake/deliveries/" in location
        yield Node(source["unique_id"], "source", _hash(location), feed=feed, is_ledger=is_ledger)
    for unique_id, node in manifest["nodes"].items():
        config, meta = node["config"], node["config"].get("meta") or {}
        texts = [_text(node, _without_home(text, home)) for text in sql.get(unique_id, ())]
        parents = tuple(sorted(set(node.get("depends_on", {}).get("nodes", []))))
        match node["resource_type"]:
            case "test":
                limits = {name: config.get(name) for name in LIMITS}
                own = _hash(engine, texts, limits)
                severity = str(config.get("severity") or "error").lower()
                yield Node(unique_id, "test", own, parents, severity=severity, tested=_tested(node))
            case "seed":
                content = (PROJECT / node["original_file_path"]).read_bytes()
                settings = {name: config.get(name) for name in SEED}
                own = _hash(engine, hashlib.sha256(content).hexdigest(), settings, _place(node))
                yield Node(unique_id, "seed", own, relation=_place(node))
            case "model":
                own = _hash(engine, texts, _settings(node), _place(node))
                yield Node(
                    unique_id,
                    config["materialized"],
                    own,
                    parents,
                    relation=_place(node),
                    account_of=meta.get("account_of", ""),
                    numbers="macro.vigie.batches_of" in node["depends_on"]["macros"],
                    watermarked=unique_id in watermarked,
                    group=meta["vigie"].get("group", "") if meta.get("vigie") else None,
                    follows=tuple(meta.get("vigie", {}).get("follows", ())),
                )


def _text(node: Mapping[str, Any], code: str) -> str:
    """What a node says: SQL without what means nothing; Python as it is, for its white space means something, with the
    versions of the packages that the model names."""
    if node.get("language") != "python":
        return normalised(code)
    packages = [f"{package} {version(package)}" for package in node["config"].get("packages") or []]
    return "\n".join([*packages, code])


def _settings(node: Mapping[str, Any]) -> dict[str, Any]:
    config = node["config"]
    hooks = [hook["sql"] for hook in config.get("post-hook") or [] if hook["sql"].strip() != STAMP]
    contract = (config.get("contract") or {}).get("enforced")
    columns = [(name, column.get("data_type")) for name, column in node["columns"].items()] if contract else []
    sealed = (config.get("meta") or {}).get("sealed")
    return {**{name: config.get(name) for name in SETTINGS}, "hooks": hooks, "columns": columns, "sealed": sealed}


def _tested(node: Mapping[str, Any]) -> tuple[str, ...]:
    """What a test is about: the model that it is declared on, or, where it stands in a file of its own, all models that
    it reads (seeds, when it reads no model)."""
    if node.get("attached_node"):
        return (node["attached_node"],)
    read = node["depends_on"]["nodes"]
    return tuple(sorted(each for each in read if each.startswith("model."))) or tuple(sorted(read))


def _place(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node.get('alias') or node['name']}"


def _without_home(text: str, home: Home) -> str:
    """The text with names for the folders of the home, so that a home may move."""
    return text.replace(str(home.warehouse), "{warehouse}").replace(str(home.root), "{home}")


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _reaching(manifest: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """The nodes that call one of the project's macros, directly or through others."""
    wanted = {f"macro.vigie.{name}" for name in names}
    macros = manifest["macros"]
    callers = {
        macro: {parent for parent in found.get("depends_on", {}).get("macros", []) if parent in macros}
        for macro, found in macros.items()
        if found["package_name"] == "vigie"
    }
    while more := {macro for macro, called in callers.items() if called & wanted} - wanted:
        wanted |= more
    return {i for i, node in manifest["nodes"].items() if wanted & set(node.get("depends_on", {}).get("macros", []))}


def write(nodes: Iterable[Node], path: Path) -> None:
    """Keep the definitions beside the manifest."""
    write_whole(path, json.dumps([asdict(node) for node in nodes]))


def read(path: Path) -> dict[str, Node]:
    """The definitions as they were kept, by unique id."""
    lists = ("parents", "tested", "follows")
    found = [{**node, **{name: tuple(node[name]) for name in lists}} for node in json.loads(path.read_text())]
    return {node["unique_id"]: Node(**node) for node in found}


def definitions_path(target: Path) -> Path:
    """Where the definitions stand in the folder of dbt's artifacts."""
    return target / "definitions.json"


def symbolic_sql(
    parsed: Any, manifest: Mapping[str, Any], folder: Path, selected: Iterable[str] | None = None
) -> dict[str, list[str]]:
    """The SQL of models and tests as no warehouse is asked for it, by unique id: as a rebuild has it, then as an
    incremental run where that differs.

    `parsed` is what dbt has parsed, `manifest` the same as a dictionary, `selected` the unique ids wanted (None: all);
    dbt writes into `folder`, which is removed. Raises what dbt raised when a node does not compile.
    """
    # Not at the top: reading dbt takes seconds, and who reads definitions needs none of it.
    from dbt.cli.main import dbtRunner

    wanted = None if selected is None else sorted(i for i in selected if i in manifest["nodes"])
    branching = _reaching(manifest, ["is_incremental"])
    branching = branching if wanted is None else branching.intersection(wanted)
    sql: dict[str, list[str]] = {}
    for flags, nodes in ((["--full-refresh"], wanted), ([], sorted(branching))):
        if nodes == []:
            continue
        named = ["--select", *(".".join(manifest["nodes"][i]["fqn"]) for i in nodes)] if nodes else []
        named += [] if wanted is None else ["--indirect-selection", "empty"]
        compiled = dbtRunner(manifest=parsed).invoke(
            [
                *("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-populate-cache"),
                *("compile", "--no-introspect"),
                *("--target-path", str(folder), *flags, *named),
            ]
        )
        if not compiled.success:
            raise compiled.exception or RuntimeError("dbt does not compile the project and does not say why")
        for each in compiled.result.results:
            sql.setdefault(each.node.unique_id, []).append(each.node.compiled_code or "")
    shutil.rmtree(folder, ignore_errors=True)
    return sql


def main() -> int:
    """Parse the project of the home into the folder of dbt's artifacts; see `parse`."""
    home = Home.from_env()
    return parse(home, home.dbt / "target")


def parse(home: Home, target: Path) -> int:
    """Parse the project into `target`, where dbt is told to put its artifacts, and write the definitions beside the
    manifest; `home` has the lake and the warehouse that the environment names.

    What dbt says of an error goes to the standard output; 1 when it has one. To be called as a process of its own: dbt
    keeps to itself what it has read.
    """
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke(["--quiet", "parse"])
    if not parsed.success:
        print(parsed.exception or "")
        return 1
    manifest = json.loads((target / "manifest.json").read_text())
    try:
        sql = symbolic_sql(parsed.result, manifest, home.dbt / "definitions")
    except Exception as error:
        # Whatever dbt raises has its own words, and the caller makes a message of them.
        print(error)
        return 1
    write(define(manifest, sql, home), definitions_path(target))
    return 0
