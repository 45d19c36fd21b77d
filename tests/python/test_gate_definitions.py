"""What an edit of the project changes: the definitions of copies of it, as dbt compiles them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from rendered_models import parsed_home

from orchestration.gate.definitions import Node, define, definitions_path, read
from orchestration.gate.fingerprints import Graph
from orchestration.home import PROJECT
from orchestration.warehouse.project import target

COPIED = ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests/generic", "tests/singular")


def defined(folder: Path, edit: Callable[[Path], None] = lambda project: None) -> dict[str, Node]:
    """The definitions of a copy of the project after an edit."""
    project = folder / "project"
    for name in (*COPIED, "orchestration"):
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / name, project / name)
    edit(project)
    target = folder / "dbt" / "target"
    environment = {
        **os.environ,
        "VIGIE_HOME": str(folder),
        "VIGIE_WAREHOUSE": str(folder / "warehouse"),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(folder / "dbt" / "logs"),
        "DBT_PROFILES_DIR": str(project),
    }
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.gate"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return read(definitions_path(target))


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The project as it is."""
    home = parsed_home()
    return Graph(read(definitions_path(target(home))))


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no longer {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def changed(graph: Graph, nodes: dict[str, Node]) -> set[str]:
    """The names of the nodes, known before, of which the rules are others now."""
    rules = Graph(nodes).rules
    return {graph.nodes[i].name for i in graph.order if rules.get(i) != graph.rules[i]}


def counting(graph: Graph, feed: str) -> set[str]:
    """The models that accumulate and come from a feed."""
    return {graph.nodes[i].name for i in graph.built if graph.nodes[i].kind == "incremental" and feed in graph.feeds(i)}


def test_a_comment_and_another_feed_change_nothing_that_stands(graph, tmp_path):
    # Nor does another place of the home.
    def edit(project: Path) -> None:
        # Every theme reads these macros.
        replaced(project / "macros/incremental/batches.sql", "    select\n", "    -- A comment.\n    select\n\n")
        replaced(project / "macros/theme/measures.sql", "{%- for", "{# Another. #}{%- for")
        replaced(project / "models/staging/sidep/_sidep__models.yml", "Key of the result.", "The key of the result.")
        folder = project / "models/staging/visits"
        folder.mkdir()
        sources = (project / "models/staging/erasure/_erasure__sources.yml").read_text()
        (folder / "_visits__sources.yml").write_text(sources.replace("erasure", "visits"))
        ledger = "  - name: {0}\n    tables: [{{<<: *ledger, name: {0}_deliveries}}]\n"
        erasure, visits = (ledger.format(feed) for feed in ("erasure", "visits"))
        replaced(project / "models/staging/landing/_landing__sources.yml", erasure, erasure + visits)
        for text in ("stg_{}__deliveries", "stg_{}__requests"):
            model = (project / f"models/staging/erasure/{text.format('erasure')}.sql").read_text()
            (folder / f"{text.format('visits')}.sql").write_text(model.replace("erasure", "visits"))
        theme = project / "models/intermediate/visits"
        theme.mkdir()
        batches = (project / "models/intermediate/testing/int_testing__batches.sql").read_text()
        (theme / "int_visits__batches.sql").write_text(
            batches.replace("testing()", "{'feeds': ['visits']}").replace("testing", "visits")
        )

    nodes = defined(tmp_path / "else where", edit)
    assert {"stg_visits__requests", "int_visits__batches"} <= {node.name for node in nodes.values()}
    assert changed(graph, nodes) == set()


def test_a_rule_of_one_theme_and_a_byte_of_a_seed_change_what_rests_on_them(graph, tmp_path):
    path = "seeds/referential/communes.csv"
    # Above one mebibyte dbt looks at the path alone.
    assert (PROJECT / path).stat().st_size > 2**20

    def edit(project: Path) -> None:
        replaced(project / "dbt_project.yml", "case_free_days: 60", "case_free_days: 4")
        content = bytearray((project / path).read_bytes())
        position = content.rindex(b"\n", 0, -1) - 1
        content[position] ^= 1
        (project / path).write_bytes(content)

    found = changed(graph, defined(tmp_path, edit))
    assert "communes" in found and "departements" not in found
    # The batches are what was delivered, whatever is counted of it.
    assert counting(graph, "sidep") & found == {
        "int_testing__changes", "int_testing__cube_days", "int_testing__cube_windows", "int_testing__epci_days",
    }  # fmt: skip
    assert not counting(graph, "sivic") & found
    refreshed = [theme for theme in graph.themes if {graph.nodes[i].name for i in theme} & found]
    assert [{graph.nodes[i].name for i in theme} for theme in refreshed] == [counting(graph, "sidep")]


def python_model(code: str, *packages: str) -> str:
    """The definition of a model that is Python."""
    node = {
        "resource_type": "model", "language": "python", "schema": "schema", "name": "model", "columns": {},
        "config": {"materialized": "table", "packages": list(packages)}, "depends_on": {"macros": [], "nodes": []},
    }  # fmt: skip
    [defined] = define({"sources": {}, "macros": {}, "nodes": {"model": node}}, {"model": [code]}, parsed_home())
    return defined.definition


def test_white_space_and_packages_of_python_are_part_of_its_definition(monkeypatch):
    """Where a line stands decides what it does, and another version of a library may give another number."""
    code = "def model(dbt, session):\n    if dbt:\n        first()\n    second()\n"
    told = python_model(code, "statsmodels")
    assert told == python_model(code, "statsmodels")
    assert python_model(code.replace("    second", "        second"), "statsmodels") != told
    monkeypatch.setattr(
        "orchestration.gate.definitions.version", lambda package: "99" if package == "statsmodels" else version(package)
    )
    assert python_model(code, "statsmodels") != told


def test_feeds_are_separable(graph):
    # What a theme counts comes from its feed and from the requests to erase a person, and from no other.
    own = [graph.feeds_of_theme(theme) - {"erasure"} for theme in graph.themes]
    assert all(len(feeds) == 1 for feeds in own) and len(set().union(*own)) == len(own) > 5
    for theme in graph.themes:
        for i in theme:
            assert len(graph.feeds(i) - {"erasure"}) == 1, graph.nodes[i].name


def test_what_reads_a_watermark_is_made_again_with_the_batches(graph):
    # A view that holds a watermark is as old as its last making.
    watermarked = [i for i in graph.built if graph.nodes[i].watermarked and graph.nodes[i].kind != "incremental"]
    assert len(watermarked) > 10
    for i in watermarked:
        # Signals read a calendar that is made anew with the ledgers.
        made_anew = {"int_signals__calendar"} & {graph.nodes[parent].name for parent in graph.upstream(i)}
        assert made_anew or any(graph.nodes[parent].numbers for parent in graph.upstream(i)), graph.nodes[i].name


def test_every_feed_has_an_account_that_is_checked(graph):
    accounts = {node.account_of: i for i, node in graph.nodes.items() if node.account_of}
    assert set(accounts) == set(graph.all_feeds)
    blocking = {about for t in graph.tests if graph.nodes[t].severity == "error" for about in graph.nodes[t].tested}
    assert set(accounts.values()) <= blocking


def test_what_must_add_up_is_of_one_group(graph):
    groups: dict[str, set[str]] = {}
    for node in graph.nodes.values():
        if node.group:
            groups.setdefault(node.group, set()).add(node.name)
    assert {"sp_fra_quot", "sp_reg_quot", "sp_dep_quot"} <= groups["screening rates"]
    assert {"covid_hospit", "covid_hospit_clage10"} <= groups["hospital stays"]
    assert {"sg_com", "sg_epci", "sg_iris"} <= groups["local classes"]
