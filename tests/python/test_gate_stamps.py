"""The stamps that the real dbt leaves, on a project of four nodes with the macros of this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.gate import stamps
from orchestration.gate.fingerprints import Stamp
from orchestration.gate.stamps import Expected
from orchestration.home import PROJECT

FILES = {
    "dbt_project.yml": """
        name: vigie
        config-version: 2
        profile: vigie
        models: {+post-hook: "{{ stamp() }}"}
        seeds: {+post-hook: "{{ stamp() }}"}
    """,
    "profiles.yml": """
        vigie:
          target: local
          outputs:
            local: {type: duckdb, path: "{{ env_var('VIGIE_WAREHOUSE') }}/vigie.duckdb", schema: main, threads: 1}
    """,
    "seeds/places.csv": "place\n75\n",
    "models/seen.sql": "select place, 1 as batch from {{ ref('places') }}",
    "models/kept.sql": """
        {{ config(materialized='incremental', incremental_strategy='append') }}
        select place, {{ applied_batch('kept') }} + 1 as batch from {{ ref('seen') }}
    """,
    # What comes after the stamp in the transaction of the node may still fail.
    "models/shown.sql": """
        {{ config(materialized='table', post_hook="select {{ env_var('AFTER', '1') }}") }}
        select count(*) as rows from {{ ref('kept') }}
    """,
}
NODES = ("seed.vigie.places", "model.vigie.seen", "model.vigie.kept", "model.vigie.shown")


@dataclass
class Tiny:
    """A project in a folder, and its warehouse beside it."""

    folder: Path

    @property
    def database(self) -> str:
        return str(self.folder / "vigie.duckdb")

    def dbt(self, *arguments: str, **environment: str) -> bool:
        """Call dbt; whether it ended well."""
        values = {
            **os.environ,
            "VIGIE_WAREHOUSE": str(self.folder),
            "DBT_PROFILES_DIR": str(self.folder),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            **environment,
        }
        command = [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments]
        return subprocess.run(command, cwd=self.folder, env=values, capture_output=True, check=False).returncode == 0

    def expect(self, token: str, data: str, refresh: bool = False) -> None:
        """Say what is about to be built."""
        with duckdb.connect(self.database) as con:
            stamps.lay_out(con)
            expected = [Expected(node, Stamp("definition", "rules", data, "first"), refresh) for node in NODES]
            stamps.expect(con, expected, token)

    def built(self) -> dict[str, str | None]:
        """The data that each node bears the stamp of."""
        with duckdb.connect(self.database, read_only=True) as con:
            found = stamps.read_stamps(con, {node: f"main.{node.split('.')[-1]}" for node in NODES})
        return {node.split(".")[-1]: stamp.data for node, stamp in found.items()}

    def rows(self, query: str) -> list[tuple]:
        with duckdb.connect(self.database, read_only=True) as con:
            return con.execute(query).fetchall()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after its first build."""
    tiny = Tiny(tmp_path_factory.mktemp("tiny"))
    for name, text in FILES.items():
        path = tiny.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    (tiny.folder / "macros").mkdir()
    for name in ("gate/stamp.sql", "incremental/applied_batch.sql"):
        shutil.copy(PROJECT / "macros" / name, tiny.folder / "macros")
    tiny.expect("first", "one delivery")
    assert tiny.dbt("build", VIGIE_BUILD="first")
    return tiny.folder


@pytest.fixture
def tiny(once: Path, tmp_path: Path) -> Iterator[Tiny]:
    """A copy of it."""
    shutil.copytree(once, tmp_path / "tiny")
    yield Tiny(tmp_path / "tiny")


def test_every_node_bears_the_stamp_of_what_it_was_built_from(tiny):
    assert tiny.built() == dict.fromkeys(["places", "seen", "kept", "shown"], "one delivery")


def test_a_node_built_by_hand_bears_none(tiny):
    assert tiny.dbt("run", "-s", "kept")
    assert tiny.built().keys() == {"places", "seen", "shown"}
    assert tiny.dbt("seed", VIGIE_BUILD="of another time")
    assert tiny.built().keys() == {"seen", "shown"}


def test_a_table_and_its_stamp_cannot_part(tiny):
    tiny.expect("second", "two deliveries")
    assert not tiny.dbt("build", VIGIE_BUILD="second", AFTER="error('killed')")
    assert tiny.built() == {
        "places": "two deliveries", "seen": "two deliveries", "kept": "two deliveries", "shown": "one delivery",
    }  # fmt: skip
    # The table is that of before, as its stamp says.
    assert tiny.rows("from shown") == [(1,)]
    assert tiny.rows("select batch from kept order by batch") == [(1,), (2,)]


def test_what_is_to_be_made_anew_is(tiny):
    tiny.expect("second", "other rules", refresh=True)
    assert tiny.dbt("build", VIGIE_BUILD="second")
    assert tiny.rows("select batch from kept") == [(1,)]


def test_what_is_to_be_made_anew_is_not_by_hand(tiny):
    tiny.expect("second", "other rules", refresh=True)
    assert tiny.dbt("run", "-s", "kept")
    assert tiny.rows("select batch from kept order by batch") == [(1,), (2,)]
    assert "kept" not in tiny.built()


def test_a_stamp_without_its_table_is_none(tiny):
    with duckdb.connect(tiny.database) as con:
        con.execute("drop table shown")
    assert "shown" not in tiny.built()


def test_a_view_that_reads_another_home_bears_no_stamp(tmp_path: Path) -> None:
    """The home was copied: the view reads the lake of the first one, whatever lands in this one."""
    home, copy = tmp_path / "home", tmp_path / "home copied"
    for folder in (home / "lake" / "raw", home / "warehouse"):
        folder.mkdir(parents=True)
    with duckdb.connect(str(home / "warehouse" / "vigie.duckdb")) as con:
        con.execute(f"copy (select 1 as row) to '{home}/lake/raw/a.parquet'")
        con.execute(f"create view read as from read_parquet('{home}/lake/raw/*.parquet')")
        con.execute("create view other as select 1 as one")
        stamps.lay_out(con)
        con.execute("insert into gate.built select unnest(['read', 'other']), 'd', 'r', 'x', 'g', now()")
    shutil.copytree(home, copy)
    relations = {"read": "main.read", "other": "main.other"}
    for place, stamped in ((home, {"read", "other"}), (copy, {"other"})):
        with duckdb.connect(str(place / "warehouse" / "vigie.duckdb"), read_only=True) as con:
            assert set(stamps.read_stamps(con, relations)) == stamped
