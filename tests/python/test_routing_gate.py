"""Deliveries with the gate itself and the project's own declarations, on one warehouse: what is read beyond the release
goes out when the gate is open, and stays when it is not."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from drawing import dice
from rendered_models import parsed_home
from small_routing import BASIS, ID, RECORDS, SECRET, TODAY, declared, row_of_the_ledger, small

from orchestration import cli
from orchestration.gate import open_gate, read_graph, stamps
from orchestration.gate.feeds import read_feeds
from orchestration.gate.fingerprints import present
from orchestration.gate.stamps import Result
from orchestration.home import Home
from orchestration.incidents.orders import hold, order, resume
from orchestration.landing.ledger import SCHEMA
from orchestration.release import read_declarations
from orchestration.release.declarations import Declarations
from orchestration.release.open_data import datasets, signature
from orchestration.routing import receipts
from orchestration.warehouse.project import PARSED, manifest_path, sources_state, target

RATE, ROWS = "model.vigie.incidence_rate", f"model.vigie.{RECORDS}"
DELIVERIES = [2**63 + n for n in range(3)]
OF = {
    "class": "research",
    "basis": BASIS,
    "figures": [{"name": "rates", "indicator": "incidence_rate", "geo": ["DEP"], "period": ["week"], "days": 60}],
    "records": [{"name": "rows", "model": RECORDS, "fields": ["person_key", "sampled_on", "dep"], "days": 60}],
}


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> Path:
    """A small home with the project's manifest and definitions, in which all bears the stamp of its present state."""
    home = small(tmp_path_factory.mktemp("gate") / "home", dice("gate"), weeks=3).home
    target(home).mkdir(parents=True)
    for name in ("manifest.json", "definitions.json"):
        shutil.copy(target(parsed_home()) / name, target(home) / name)
    (target(home) / PARSED).write_text(sources_state(home), encoding="utf-8")
    write_ledger(home, *(row_of_the_ledger(key, "accepted") for key in DELIVERIES))
    graph = read_graph(home)
    data = present(graph, read_feeds(home, graph.all_feeds), dict.fromkeys(graph.built, "first"))
    with duckdb.connect(str(home.database)) as con:
        con.execute("begin")
        for i in graph.built:
            schema, name = graph.nodes[i].relation.split(".")
            source = f"marts.{name}" if i in (RATE, ROWS) else "(select 1 as nothing)"
            con.execute(f'create schema if not exists "{schema}"; create table "{schema}"."{name}" as from {source}')
        stamps.lay_out(con)
        made = [[i, graph.nodes[i].definition, graph.rules[i], data[i], "first"] for i in graph.built]
        con.executemany("insert into gate.built select ?, ?, ?, ?, ?, now()", made)
        con.execute("commit")
        stamps.note_results(con, {test: Result(data[test], "pass", 0) for test in graph.tests})
    _write_release(home)
    return home.root.rename(home.root.with_name("once"))


@cache
def known() -> Declarations:
    """What the project declares: the same for every home."""
    return read_declarations(manifest_path(parsed_home()))


def write_ledger(home: Home, *rows: dict) -> None:
    """A ledger of these deliveries, as a whole and by feed."""
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    (home.lake / "deliveries").mkdir(parents=True, exist_ok=True)
    for name in ("ledger", "deliveries/sidep"):
        pq.write_table(table, home.lake / f"{name}.parquet")


def _write_release(home: Home) -> None:
    """A release of what is published of the indicator, whose files nobody here gets, and what the home knows of it."""
    verdict = open_gate(home).judge(RATE)
    assert verdict.open, verdict.reasons
    parts = [part for part in datasets(known()) if part.node == RATE]
    path, twin = home.releases / ID / "release.json", home.archive / ID / "release.json"
    told = {"files": {}, "columns": [], "status": "ok", "since": None, "reason": None}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"datasets": {part.name: told for part in parts}}))
    signed = {"signatures": {part.name: signature(part, verdict) for part in parts}}
    twin.write_text(json.dumps(json.loads(twin.read_text()) | signed))


@pytest.fixture
def home(once, tmp_path, monkeypatch) -> Home:
    """A copy of it, at the one place where its manifest is read once, with one recipient of figures and of rows."""
    home = Home(once.with_name("home"))
    shutil.rmtree(home.root, ignore_errors=True)
    shutil.copytree(once, home.root, symlinks=True)
    found = declared(tmp_path / "declared", one=OF)
    for module in ("declarations", "findings"):
        monkeypatch.setattr(f"orchestration.routing.{module}.read_recipients", lambda: found)
    monkeypatch.setattr("orchestration.release.read_declarations", lambda path: known())
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    monkeypatch.setenv("VIGIE_NOW", "2021-03-14T19:45")
    (home.private / "recipients").mkdir(parents=True)
    path = home.private / "recipients" / "one" / "keys"
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(SECRET)
    return home


def deliver(*more: str) -> str:
    """What the command says, which ends well."""
    done = CliRunner().invoke(cli.main, ["deliver", "one", *more])
    assert done.exit_code == 0, done.output
    return done.stdout


def standing(home: Home) -> dict[str, str]:
    """How the last delivery says that each output stands."""
    return {each["output"]: each["status"] for each in receipts.last_data(home, "one")["outputs"]}


def kept(home: Home) -> set[str]:
    """Of which outputs the recipient has files."""
    return {file["output"] for file in receipts.last_data(home, "one")["files"]}


def test_what_the_gate_lets_out_is_sent_once(home):
    assert "would get" in deliver("--dry-run") and not receipts.receipts(home, "one")
    assert "delivery 1" in deliver()
    assert standing(home) == {"rates": "ok", "rows": "ok"} and kept(home) == {"rates", "rows"}
    assert "has what there is" in deliver()


def test_what_an_officer_holds_stays_and_what_is_retracted_is_taken_back(home):
    deliver()
    hold(home, "incidence_rate", ["incidence-rate-dep"], "a doubt", TODAY)
    assert "delivery 2: 0 files" in deliver() and standing(home) == {"rates": "held", "rows": "ok"}
    assert kept(home) == {"rates", "rows"} and "a doubt" not in json.dumps(receipts.last_data(home, "one"))
    resume(home, "incidence_rate", "it is right", TODAY)
    assert "delivery 3" in deliver() and standing(home)["rates"] == "ok"
    order(home, TODAY, "it is wrong", event="retracted", output="incidence_rate", datasets=["incidence-rate-dep"])
    deliver()
    assert standing(home)["rates"] == "retracted" and kept(home) == {"rows"}


def test_a_check_that_fails_holds_what_it_is_about(home):
    gate = open_gate(home)
    [test, *_] = [t for t in gate.graph.tests if gate.graph.nodes[t].tested == (RATE,) and gate.graph.nodes[t].severity
                  == "error"]  # fmt: skip
    with duckdb.connect(str(home.database)) as con:
        stamps.note_results(con, {test: Result(gate.present[test], "fail", 3)})
    deliver()
    assert standing(home) == {"rates": "held", "rows": "ok"}


def test_a_delivery_that_was_withdrawn_since_holds_figures_and_rows(home):
    verdicts = dict.fromkeys(DELIVERIES, "accepted") | {DELIVERIES[0]: "withdrawn"}
    write_ledger(home, *(row_of_the_ledger(*each) for each in verdicts.items()))
    deliver()
    assert standing(home) == {"rates": "held", "rows": "held"} and not kept(home)


def test_a_table_made_by_hand_is_not_sent(home):
    with duckdb.connect(str(home.database)) as con:
        con.execute("delete from gate.built where node = ?", [ROWS])
    deliver()
    assert standing(home) == {"rates": "ok", "rows": "held"} and kept(home) == {"rates"}
