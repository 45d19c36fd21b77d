"""What the gate reads and notes: the state of feeds, the results of dbt, and contents for the deep check."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from dataclasses import astuple, replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from test_gate import Warehouse, delivered, project, uid

from orchestration.errors import VigieError
from orchestration.gate import building, stamps
from orchestration.gate.contents import before_upkeep, differing, differing_published, note_contents
from orchestration.gate.feeds import read_feeds, retired_feeds
from orchestration.gate.fingerprints import Stamp
from orchestration.home import Home
from orchestration.storage import fingerprint

NODES = [node for node in project("tests", "stays").values() if node.relation]


@pytest.fixture
def built() -> Warehouse:
    warehouse = Warehouse()
    warehouse.build()
    return warehouse


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with all tables, three rows each, with all views, and one sealed file."""
    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as con:
        stamps.lay_out(con)
        con.execute("create schema s")
        for node in NODES:
            kind = "view" if node.kind == "view" else "table"
            con.execute(f"create {kind} {node.relation} as select unnest([7, 1, 2]) as delivery, 1 as batch")
        con.execute(f"copy s.tests_changes to '{home.warehouse / 'sealed__tests_changes__2021-01-01.parquet'}'")
    return home


def altered(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.database)) as con:
        con.execute(sql)


# ------------------------------------------------------------------ contents


def test_contents_as_they_were_noted(built, home):
    note_contents(home, built.gate)
    assert differing(home, built.gate) == []
    # The order of rows is no content.
    altered(home, "create or replace table s.tests_cube as from s.tests_cube order by delivery desc")
    assert differing(home, built.gate) == []


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("tests_cube", "update s.tests_cube set batch = 2 where delivery = 7"),
        ("tests_cube", "delete from s.tests_cube where delivery = 7"),
        ("tests_cube", "insert into s.tests_cube values (7, 1)"),
        ("regions", "update s.regions set batch = 2"),
        ("tests_calendar", "delete from s.tests_calendar"),
        ("tests_rate", "create or replace view s.tests_rate as select 8 as delivery, 1 as batch"),
    ],
)
def test_a_table_altered_by_hand_is_found(built, home, name, sql):
    note_contents(home, built.gate)
    altered(home, sql)
    [found] = differing(home, built.gate)
    assert found.startswith(f"{name} is not what the last build left")
    # A build that has nothing to do notes nothing anew.
    note_contents(home, built.gate)
    assert len(differing(home, built.gate)) == 1


def test_a_view_that_the_engine_writes_down_in_another_order_is_the_same(built, home):
    def shown(lists: str) -> str:
        return (
            f"create or replace view s.tests_rate as select * exclude ({lists}) from "
            "(select 1 as delivery, 2 as batch, 3 as a1, 4 as b2, 5 as c3)"
        )

    altered(home, shown("a1, b2, c3"))
    note_contents(home, built.gate)
    altered(home, shown("c3, a1, b2"))
    assert differing(home, built.gate) == []


def test_what_is_made_again_is_noted_again(built, home):
    stamped(home, built)
    note_contents(home, built.gate)
    altered(home, "update s.regions set batch = 2")
    # A rebuild of the same definition and the same data.
    stamped(home, built)
    note_contents(home, built.gate)
    assert differing(home, built.gate) == []


def test_what_stands_is_noted_though_something_waits(built, home):
    """A rebuild of which one thing fails has altered nothing of the rest."""
    from orchestration.warehouse.assets import conclude

    note_contents(home, built.gate)
    built.build(rebuild=True, fails=["stays_cube"])
    stamped(home, built)
    run = SimpleNamespace(home=home, as_of="", journal=SimpleNamespace(note=lambda **_: None))
    assert any("not what the last build left" in told for told in differing(home, built.gate))
    conclude(run, built.gate, built.plan())
    assert built.gate.stale and not built.gate.complete
    assert all("not at its present state" in told for told in differing(home, built.gate))


def test_what_the_upkeep_takes_away_is_noted(built, home):
    note_contents(home, built.gate)
    before_upkeep(home, built.gate)
    altered(home, "delete from s.tests_changes where delivery = 7")
    note_contents(home, built.gate)
    assert differing(home, built.gate) == []
    altered(home, "delete from s.tests_changes where delivery = 1")
    assert len(differing(home, built.gate)) == 1


def test_what_was_altered_before_the_upkeep_is_found_after_it(built, home):
    note_contents(home, built.gate)
    altered(home, "update s.tests_cube set batch = 2")
    [sealed] = home.warehouse.glob("sealed__*")
    state = sealed.stat()
    sealed.write_bytes(sealed.read_bytes()[::-1])
    os.utime(sealed, ns=(state.st_atime_ns, state.st_mtime_ns))
    before_upkeep(home, built.gate)
    note_contents(home, built.gate)
    assert len(differing(home, built.gate)) == 2


def test_an_upkeep_that_was_killed_is_no_alarm(built, home):
    note_contents(home, built.gate)
    altered(home, "update s.tests_cube set batch = 2")
    before_upkeep(home, built.gate)
    altered(home, "delete from s.tests_changes where delivery = 7")
    [sealed] = home.warehouse.glob("sealed__*")
    sealed.write_bytes(b"sealed again")
    (home.warehouse / "sealed__tests_changes__2021-02-01.parquet").write_bytes(b"sealed")
    [found] = differing(home, built.gate)
    assert found.startswith("tests_cube is not")
    # The next upkeep notes what that one left.
    before_upkeep(home, built.gate)
    note_contents(home, built.gate)
    assert len(differing(home, built.gate)) == 1


def test_a_sealed_file_that_was_touched_or_is_gone_is_found(built, home):
    note_contents(home, built.gate)
    [sealed] = home.warehouse.glob("sealed__*")
    content = sealed.read_bytes()
    sealed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert differing(home, built.gate) == [f"{sealed.name} is not what was sealed."]
    sealed.unlink()
    assert differing(home, built.gate) == [f"{sealed.name} is gone."]


def test_a_published_file_that_was_touched_is_found(home):
    release = home.releases / "2021-03-05"
    release.mkdir(parents=True)
    noted = {}
    for name in ("a.csv", "b.csv"):
        (release / name).write_text("1\n")
        noted[name] = {"bytes": 2, "sha256": fingerprint(release / name)}
    (release / "release.json").write_text(json.dumps({"files": noted}))
    (home.releases / "latest").symlink_to(release.name)
    assert differing_published(home) == []
    (release / "a.csv").write_text("2\n")
    (release / "b.csv").unlink()
    assert differing_published(home) == [
        "a.csv of the last release is not what was published.",
        "b.csv of the last release is gone.",
    ]


# ------------------------------------------------------------------ results


def test_results_of_another_call_are_not_believed(tmp_path):
    (tmp_path / "run_results.json").write_text(json.dumps({"results": [{"unique_id": "x", "status": "pass"}]}))
    building.clear_results(tmp_path)
    assert building.run_results(tmp_path) is None


def test_what_came_of_a_build_is_kept_at_its_fingerprint(built, home):
    built.feeds["tests"] = built.feeds["stays"]
    made = built.plan()
    test, failed = "test.v.tests_cube_adds_up.0", uid("tests_calendar")
    results = [
        {"unique_id": test, "status": "pass", "message": None, "failures": 0},
        {"unique_id": failed, "status": "error", "message": "Could not convert string 'Dupont' to INT32"},
        {"unique_id": "test.v.tests_rate_is_sound.0", "status": "skipped", "message": "Skipping"},
    ]
    building.note(home, built.graph, made, results)
    with duckdb.connect(str(home.database), read_only=True) as con:
        noted = stamps.read_results(con)
    assert noted.keys() == {test, failed}
    assert noted[test].fingerprint == made.tests[test]
    # What DuckDB quotes may be of a person.
    assert "Dupont" not in noted[failed].message
    building.note(home, built.graph, made, [{"unique_id": failed, "status": "success", "message": "OK"}])
    with duckdb.connect(str(home.database), read_only=True) as con:
        assert stamps.read_results(con).keys() == {test}


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (
            "Runtime Error in model a (a.sql)\n  Conversion Error: Could not convert string 'Dupont' to",
            "Conversion Error",
        ),
        ('Runtime Error in model a\n  Constraint Error: Duplicate key "name: Dupont"', "Constraint Error"),
        ("Runtime Error in model a\n  Invalid Input Error: Dupont is no date. Parser Error", None),
        ("Runtime Error in seed a\n  Dupont;1;2", "Runtime Error"),
        ("Dupont", "error"),
        (
            "Runtime Error in model a\n  Binder Error: no column nme",
            "Runtime Error in model a Binder Error: no column nme",
        ),
        ("Compilation Error in model a\n  'macro' is undefined", "Compilation Error in model a 'macro' is undefined"),
    ],
)
def test_of_an_error_only_what_cannot_be_of_a_row_is_kept(built, home, message, kept):
    failed = uid("tests_calendar")
    building.note(
        home, built.graph, built.plan(rebuild=True), [{"unique_id": failed, "status": "error", "message": message}]
    )
    with duckdb.connect(str(home.database), read_only=True) as con:
        noted = stamps.read_results(con)[failed].message
    assert "Dupont" not in noted and (kept is None or noted == kept)


def stamped(home: Home, warehouse: Warehouse) -> None:
    """Write the stamps of a warehouse into the one of a home, as the hook does."""
    with duckdb.connect(str(home.database)) as con:
        con.execute("delete from gate.built")
        con.executemany(
            "insert into gate.built values (?, ?, ?, ?, ?, now())",
            [[node, *astuple(stamp)] for node, stamp in warehouse.stamps.items()],
        )


def test_an_edit_during_a_run_after_a_retention_makes_other_rules_and_no_loss(built, home):
    built.feeds["tests"] = delivered(1, 2)
    todo = built.plan(retired={"tests"})
    built.build(retired={"tests"})
    stamped(home, built)
    building.forget(home, replace(todo, expected={}))
    building.forget(home, todo)
    with duckdb.connect(str(home.database), read_only=True) as con:
        marked = con.execute("select node, definition, rules, data, generation from gate.built").fetchall()
    built.stamps = {node: Stamp(*rest) for node, *rest in marked}
    assert set(built.held()) == {"tests_rate", "tests_level", "tests_other_level"}
    again = built.plan(retired={"tests"})
    assert again.waiting == {} and not again.refreshed
    assert {built.nodes[i].name for i in again.forward} == {"tests_batches", "tests_changes", "tests_cube"}
    built.build(retired={"tests"})
    assert built.held() == {} and built.plan(retired={"tests"}).empty


@pytest.mark.parametrize(
    "error", [VigieError("The project has changed"), ValueError("unreadable"), KeyboardInterrupt()]
)
def test_dbt_ends_with_who_reads_it(built, home, monkeypatch, error):
    from orchestration.warehouse import assets

    monkeypatch.setattr(assets, "changed_since_parsed", lambda _: isinstance(error, ValueError))
    stamped(home, built)
    todo = built.plan(rebuild=True)
    with subprocess.Popen(["sleep", "60"]) as process:
        with pytest.raises(type(error)), assets.ended_with_its_reader(home, todo, SimpleNamespace(process=process)):
            raise error
        assert process.poll() is not None
    with duckdb.connect(str(home.database), read_only=True) as con:
        rules = {rules for (rules,) in con.execute("select rules from gate.built").fetchall()}
    # A run that was interrupted, and nothing was edited: the next one goes on where it stopped.
    assert (rules == {""}) is not isinstance(error, KeyboardInterrupt)


def test_why_something_waits_is_kept_and_told_with_the_way_out(built, home):
    built.by_hand("tests_cube")
    todo = built.plan(retired={"tests"})
    with duckdb.connect(str(home.database)) as con:
        stamps.note_waiting(con, todo.waiting)
        gate = replace(built.gate, waiting=stamps.read_waiting(con))
        stamps.note_waiting(con, {})
        assert stamps.read_waiting(con) == {}
        con.execute("drop table gate.waiting")
        assert stamps.read_waiting(con) == {}, "a warehouse of before"
    [reason] = [each for each in gate.verdicts[uid("tests_rate")].reasons if each.subject == "tests_cube"]
    assert "another VIGIE_HOME" in reason.detail and "vigie build" not in reason.detail


# ------------------------------------------------------------------ feeds


def ledger(home: Home, *entries: tuple[str, str, str | None, str]) -> None:
    """The ledger of the feed `tests`: file, day, key and verdict."""
    folder = home.lake / "deliveries"
    folder.mkdir(parents=True, exist_ok=True)
    rows = ", ".join(
        f"('{file}', date '{day}', {key or 'null'}::ubigint, '{verdict}', now())" for file, day, key, verdict in entries
    )
    duckdb.execute(
        f"copy (from (values {rows}) as t (file, received_on, delivery, verdict, landed_at)) "
        f"to '{folder / 'tests.parquet'}' (format parquet)"
    )


def test_the_state_of_a_feed_is_what_counts(home):
    def state(as_of: str | None = None):
        return read_feeds(home, ["tests"], dt.date.fromisoformat(as_of) if as_of else None)["tests"]

    nothing = state()
    ledger(home, ("a", "2021-03-01", "1", "accepted"), ("b", "2021-03-02", "2", "accepted"))
    both = state()
    assert both.keys == {1, 2} and both.deliveries != nothing.deliveries
    assert state("2021-03-01").keys == {1}
    ledger(home, ("b", "2021-03-02", "2", "accepted"), ("a", "2021-03-01", "1", "accepted"))
    assert state() == both
    ledger(
        home,
        ("a", "2021-03-01", "1", "accepted"),
        ("b", "2021-03-02", "2", "accepted"),
        ("c", "2021-03-02", None, "duplicate"),
    )
    assert state().deliveries == both.deliveries and state().ledger != both.ledger
    ledger(home, ("a", "2021-03-01", "1", "accepted"), ("b", "2021-03-02", "2", "withdrawn"))
    assert state().deliveries != both.deliveries and state().keys == {1, 2}


def test_feeds_of_which_rows_are_gone(home):
    assert retired_feeds(home) == frozenset()
    home.lake.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy (select 'tests' as feed) to '{home.lake / 'retired_deliveries.parquet'}' (format parquet)")
    assert retired_feeds(home) == {"tests"}
