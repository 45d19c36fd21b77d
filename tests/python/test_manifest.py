"""What every indicator, model, source and macro owes its reader, read in dbt's manifest and in the files."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from rendered_models import parsed_home

from orchestration.home import PROJECT
from orchestration.release.declarations import Declarations
from orchestration.site.exposures import EXPOSURES, exposures
from orchestration.warehouse.project import manifest_path

#: Lines of SQL above which a model is two models; the declaration, comments and blank lines aside.
LONGEST_MODEL = 85

Node = dict
Manifest = dict


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """The manifest of the project, as the session has parsed it."""
    return json.loads(manifest_path(parsed_home()).read_text(encoding="utf-8"))


def models(manifest: Manifest) -> list[Node]:
    """The models of this project."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def declared(manifest: Manifest, kind: str) -> dict[str, Node]:
    """The models that declare an indicator or an official layout, by name."""
    return {
        node["name"]: node for node in models(manifest) if node["config"]["meta"].get("vigie", {}).get("kind") == kind
    }


def indicators(manifest: Manifest) -> dict[str, Node]:
    """The declared indicators, by name."""
    found = declared(manifest, "indicator")
    assert len(found) >= 20
    return found


def layer(node: Node) -> str:
    """staging, intermediate or marts; seeds and sources are their own layer."""
    return node["path"].split("/")[0] if node["resource_type"] == "model" else node["resource_type"]


def parents(manifest: Manifest, node: Node) -> list[Node]:
    """What a model reads."""
    return [manifest["nodes"].get(name) or manifest["sources"][name] for name in node["depends_on"]["nodes"]]


def violations(nodes: dict[str, Node] | list[Node], rule: Callable[[Node], bool]) -> list[str]:
    """The names of the nodes that do not honour a rule."""
    every = nodes.values() if isinstance(nodes, dict) else nodes
    return sorted(node["name"] for node in every if not rule(node))


# ------------------------------------------------------------------ indicators


def test_models_of_a_theme_are_indicators(manifest: Manifest) -> None:
    """Under marts, what is neither catalogue, signal nor official layout is an indicator, with its declaration."""
    themes = [
        node
        for node in models(manifest)
        if layer(node) == "marts" and Path(node["path"]).parts[1] not in ("catalogue", "open_data", "signals")
    ]
    assert violations(themes, lambda node: node["name"] in indicators(manifest)) == []
    layouts = [node for node in models(manifest) if node["path"].startswith("marts/open_data/")]
    assert violations(layouts, lambda node: node["name"] in declared(manifest, "open_data")) == []


def test_indicators_have_a_text_in_both_languages(manifest: Manifest) -> None:
    """The description is the doc block named like the indicator: French, `--- en ---`, English."""

    def has_text(node: Node) -> bool:
        block = f"doc.vigie.{node['name']}"
        if block not in node["doc_blocks"]:
            return False
        french, _, english = manifest["docs"][block]["block_contents"].partition("--- en ---")
        return len(french.split()) >= 8 and len(english.split()) >= 8

    assert violations(indicators(manifest), has_text) == []


def test_indicators_have_an_enforced_contract(manifest: Manifest) -> None:
    """The same columns, of the same types, for all."""
    assert violations(indicators(manifest), lambda node: node["config"]["contract"]["enforced"]) == []
    shapes = Counter(
        tuple((name, column["data_type"]) for name, column in node["columns"].items())
        for node in indicators(manifest).values()
    )
    assert len(shapes) == 1
    assert all(kind for _, kind in next(iter(shapes)))


def test_indicators_have_data_tests(manifest: Manifest) -> None:
    """At least one data test each, of severity error."""
    tested = Counter(
        node.get("attached_node")
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "error"
    )
    assert violations(indicators(manifest), lambda node: tested[node["unique_id"]] > 0) == []


def test_indicators_are_published(manifest: Manifest) -> None:
    """At least one slice each, and a slice shows nothing that the breakdowns do not hold."""
    nodes = indicators(manifest)
    assert violations(nodes, lambda node: bool(node["config"]["meta"]["vigie"]["open_data"])) == []
    axes = ("geo", "period", "sex", "age")
    outside = []
    for name, node in nodes.items():
        declaration = node["config"]["meta"]["vigie"]
        held = {
            cell
            for breakdown in declaration["breakdowns"]
            for cell in itertools.product(*(breakdown[axis] for axis in axes))
        }
        for piece in declaration["open_data"]:
            if not held.issuperset(itertools.product(*(piece[axis] for axis in axes))):
                outside.append(f"{name}: {piece['name']}")
    assert outside == []


def test_published_names_are_unique(manifest: Manifest) -> None:
    """A name of a published file is used once, over slices and official layouts, and reads like a file name.

    An official layout has its official name, whichever sign stands between its words.
    """
    names = Counter(
        piece["name"]
        for node in indicators(manifest).values()
        for piece in node["config"]["meta"]["vigie"]["open_data"]
    )
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []
    names.update(node["config"]["meta"]["vigie"]["name"] for node in declared(manifest, "open_data").values())
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", name)] == []
    assert [name for name, times in names.items() if times > 1] == []


#: Layouts of which no figure stands in another file.
ALONE = {"late_deaths", "late_reporting", "late_reporting_dispersion"}


def test_layouts_are_of_a_group_or_follow_some(manifest: Manifest) -> None:
    """A file that repeats figures of others is held with them; one that comes from several feeds follows a group of
    each."""
    found = {}
    for node in manifest["nodes"].values():
        declared = node["config"].get("meta", {}).get("vigie", {})
        if declared.get("kind") == "open_data":
            found[node["name"]] = (declared.get("group"), declared.get("follows", []))
    assert {name for name, (group, follows) in found.items() if not group and not follows} == ALONE
    assert found["table_indicateurs_open_data_france"] == (
        None,
        ["screening rates", "hospital stays", "vacsi"],
    )


def test_declared_sources_are_feeds(manifest: Manifest) -> None:
    """The feed that a declaration names is a source with a contract."""
    feeds = {
        source["source_name"] for source in manifest["sources"].values() if source["config"]["meta"].get("contract")
    }
    everything = {**indicators(manifest), **declared(manifest, "open_data")}
    assert violations(everything, lambda node: node["config"]["meta"]["vigie"]["source"] in feeds) == []


# ------------------------------------------------------------------ descriptions


def test_everything_has_a_description(manifest: Manifest) -> None:
    """Models, seeds, sources and each of their columns."""
    described = ("model", "seed", "source")
    nodes = [
        node
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in described
    ]
    assert violations(nodes, lambda node: bool(node["description"].strip())) == []
    assert violations(nodes, lambda node: bool(node["columns"])) == []
    silent = [
        f"{node['name']}.{name}"
        for node in nodes
        for name, column in node["columns"].items()
        if not column["description"].strip()
    ]
    assert silent == []


def test_macros_have_a_comment(manifest: Manifest) -> None:
    """A comment block stands right before each macro and generic test."""

    def is_commented(macro: Node) -> bool:
        text = (PROJECT / macro["original_file_path"]).read_text(encoding="utf-8")
        name = macro["name"].removeprefix("test_")
        return bool(re.search(r"#}\s*{%-? *(macro|test|materialization) +" + re.escape(name) + r"\b", text))

    own = [macro for macro in manifest["macros"].values() if macro["package_name"] == "vigie"]
    assert len(own) > 20
    assert violations(own, is_commented) == []


# ------------------------------------------------------------------ files


def sql_lines(text: str) -> list[str]:
    """The lines of SQL of a model: without its declaration, comments and blank lines."""
    text = re.sub(r"{% set (indicator|dataset) = .*?%}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--")]


#: A model of which a macro is all: what it is and how it is kept is said there, once for all themes and feeds.
CALL = re.compile(r"(--[^\n]*\n)*{{ \w+\([\w()', ]+\) }}\n")


def test_models_are_short_and_end_alike(manifest: Manifest) -> None:
    """The file ends with `select * from` its last CTE, which is named like the model; or it is one call of a macro, or
    Python."""
    wrong = []
    for node in models(manifest):
        text = (PROJECT / node["original_file_path"]).read_text(encoding="utf-8")
        if CALL.fullmatch(text) or node["language"] == "python":
            continue
        if not re.search(rf"\b{node['name']} as \(\n.*\n\)\n\nselect \* from {node['name']}\n\Z", text, re.DOTALL):
            wrong.append(f"{node['name']}: does not end with `select * from {node['name']}`")
        if (length := len(sql_lines(text))) > LONGEST_MODEL:
            wrong.append(f"{node['name']}: {length} lines of SQL, more than {LONGEST_MODEL}")
    assert wrong == []


def test_kept_rows_of_persons_are_found_when_they_are_to_be_forgotten(manifest: Manifest) -> None:
    """By the person and by the line of the lake: a version may stand under the name of somebody else."""
    rows_of_persons = [
        node
        for node in models(manifest)
        if node["config"]["materialized"] != "view" and {"person_key", "received_on"} <= node["columns"].keys()
    ]
    assert len(rows_of_persons) >= 4
    assert violations(rows_of_persons, lambda node: {"delivery", "line"} <= node["columns"].keys()) == []


# ------------------------------------------------------------------ layers


def test_names_and_folders_agree(manifest: Manifest) -> None:
    """stg_<feed>__ under staging, int_<theme>__ under intermediate/<theme>; a mart has its plain name."""

    def is_well_named(node: Node) -> bool:
        prefixes = {"staging": r"stg_[a-z0-9_]+__", "intermediate": rf"int_{Path(node['path']).parts[1]}__"}
        return bool(re.match(prefixes.get(layer(node), "(?!stg_|int_)"), node["name"]))

    assert violations(models(manifest), is_well_named) == []


ALLOWED = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts", "seed"},
}


def test_layers_read_the_layers_below(manifest: Manifest) -> None:
    """Only staging reads sources, and vocabularies beside; marts do not reach into staging, the catalogue excepted."""
    wrong = []
    for node in models(manifest):
        allowed = set(ALLOWED[layer(node)])
        if node["path"].startswith("marts/catalogue/"):
            allowed.add("staging")
        read = parents(manifest, node)
        wrong += [f"{node['name']} reads {parent['name']}" for parent in read if layer(parent) not in allowed]
    assert wrong == []


def test_all_that_is_published_stands_in_the_lineage(manifest):
    """`python -m orchestration.site.exposures` writes it anew."""
    assert EXPOSURES.read_text(encoding="utf-8") == exposures(Declarations(manifest))
    outputs = declared(manifest, "indicator") | declared(manifest, "open_data")
    known = manifest["exposures"].values()
    assert {f"open_data_{name}" for name in outputs} <= {each["name"] for each in known}
    assert all(each["depends_on"]["nodes"] for each in known)
