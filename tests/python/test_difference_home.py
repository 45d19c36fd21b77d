"""What a comparison does in a home: it works on a copy of the warehouse, alone, and leaves nothing of it behind."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from orchestration.difference import comparing, trees
from orchestration.difference.comparing import difference
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import resume
from orchestration.storage import fingerprint, locked


@pytest.fixture
def filled(home: Home) -> Home:
    """A home with a warehouse of one table, and a sealed file."""
    home.warehouse.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as con:
        con.execute("create table persons as select 1 as person_key")
        con.execute(f"copy persons to '{home.warehouse}/sealed__changes__none.parquet'")
    return home


def test_the_warehouse_that_is_written_is_a_copy(filled: Home, tmp_path: Path) -> None:
    before = fingerprint(filled.database)
    comparing.copy_warehouse(filled.warehouse, tmp_path / "copy")
    with duckdb.connect(str(tmp_path / "copy" / "vigie.duckdb")) as con:
        con.execute("insert into persons values (2)")
        sealed = con.execute(f"from read_parquet('{tmp_path}/copy/sealed__*.parquet')").fetchall()
    assert fingerprint(filled.database) == before and sealed == [(1,)]


def test_a_log_that_is_not_in_the_file_yet_is_copied_with_it(filled: Home, tmp_path: Path) -> None:
    with duckdb.connect(str(filled.database)) as con:
        con.execute("pragma disable_checkpoint_on_shutdown")
        con.execute("insert into persons values (2)")
    assert filled.database.with_name("vigie.duckdb.wal").is_file()
    comparing.copy_warehouse(filled.warehouse, tmp_path / "copy")
    with duckdb.connect(str(tmp_path / "copy" / "vigie.duckdb")) as con:
        assert con.execute("select count(*) from persons").fetchall() == [(2,)]


def test_the_copy_is_its_users_alone_and_goes_whatever_happens(filled: Home) -> None:
    filled.difference.mkdir()
    filled.difference.chmod(0o755)
    with pytest.raises(ZeroDivisionError), comparing.work_in(filled) as work:
        assert stat.S_IMODE(filled.difference.stat().st_mode) == 0o700
        comparing.copy_warehouse(filled.warehouse, work / "warehouse")
        raise ZeroDivisionError
    assert not filled.comparison.exists()


def test_what_a_comparison_that_was_killed_has_left_goes_with_the_next_run(filled: Home) -> None:
    comparing.copy_warehouse(filled.warehouse, filled.comparison / "warehouse")
    resume(filled)
    assert not filled.comparison.exists() and filled.database.is_file()


def test_no_two_compare_at_once(filled: Home, monkeypatch) -> None:
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "0")
    with locked(filled.lock, "vigie run"), pytest.raises(VigieError, match="vigie run"):
        difference(filled, "HEAD")
    with comparing.work_in(filled), pytest.raises(VigieError), comparing.work_in(filled):
        pass


def test_a_home_without_a_warehouse_cannot_be_compared_on(home: Home) -> None:
    with pytest.raises(VigieError, match="make run"):
        difference(home, "HEAD")


def test_a_base_that_is_no_commit_is_refused_with_the_way_out() -> None:
    for ref in ("no-such-branch", "--all", ""):
        with pytest.raises(VigieError, match="--base"):
            trees.commit_of(ref)


def test_the_manifests_of_the_last_commits_are_kept(tmp_path: Path) -> None:
    for number in range(trees.KEPT + 2):
        (tmp_path / str(number)).mkdir()
    trees.forget_old(tmp_path)
    assert len(list(tmp_path.iterdir())) == trees.KEPT
