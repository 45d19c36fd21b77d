"""What a comparison does in a home: it works on a copy of the warehouse, alone, and leaves nothing of it behind."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.difference import comparing, made, trees
from orchestration.difference.comparing import difference
from orchestration.difference.report import write_reports
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.landing import resume
from orchestration.storage import fingerprint, locked

#: What a report says beside its findings, of a comparison in which nothing differs.
SAID = {
    "base": {"ref": "main", "commit": "a", "tip": "a"}, "head": {"commit": "b", "modified": False},
    "day": "2021-03-05", "figures_change": False, "sums": [], "checks": [], "compared": 3, "of": 9, "limits": [],
    "pages": [], "nodes": {"changed": [], "new": [], "gone": []}, "reached": {}, "comparison": {"cpu_seconds": 1},
    "cost": {
        "write": {"before": 1, "after": 1}, "build": {"before": 1, "after": 1}, "built": 0, "tested": 0,
        "from_the_beginning": [],
    },
}  # fmt: skip


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


ENDED = """
import sys, time
from pathlib import Path
import orchestration.difference
from orchestration.cli import main
from orchestration.difference.comparing import work_in

def compare(home, base, report):
    with work_in(home):
        print("begun", flush=True)
        time.sleep(60)

orchestration.difference.difference = compare
main(["diff", "--home", sys.argv[1]])
"""


def test_a_comparison_that_is_ended_leaves_nothing(filled: Home) -> None:
    process = subprocess.Popen([sys.executable, "-c", ENDED, str(filled.root)], stdout=subprocess.PIPE, cwd=PROJECT)
    assert process.stdout.readline() == b"begun\n" and filled.comparison.exists()
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    process.stdout.close()
    assert not filled.comparison.exists()


def test_no_verdict_is_left_of_another_comparison(filled: Home, monkeypatch) -> None:
    """Wherever the next one stops."""
    write_reports(filled, {"findings": [], "verdict": "pass", "outputs": [], **SAID})
    (filled.difference / "pages").mkdir()
    monkeypatch.setenv("VIGIE_LOCK_WAIT", "0")
    assert "may be merged" in (filled.difference / "difference.md").read_text()
    with locked(filled.lock, "vigie run"), pytest.raises(VigieError, match="vigie run"):
        difference(filled, "HEAD")
    assert list(filled.difference.iterdir()) == []


def test_a_change_is_compared_with_the_commit_at_which_it_left(tmp_path: Path, monkeypatch) -> None:
    """What the base has done since is none of it; a line of its own has none."""

    def git(*words: str) -> str:
        named = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
        return subprocess.run(["git", *named, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet", "--initial-branch", "main")
    for branch in ("main", "change", "main"):
        git("checkout", "--quiet", *([branch] if branch in git("branch") else ["-B", branch]))
        git("commit", "--quiet", "--allow-empty", "--message", branch)
    git("checkout", "--quiet", "change")
    monkeypatch.setattr(trees, "PROJECT", tmp_path)
    left, tip = git("rev-parse", "change~1").strip(), trees.commit_of("main")
    assert trees.left_from(tip) == left != tip
    git("checkout", "--quiet", "--orphan", "other")
    git("commit", "--quiet", "--allow-empty", "--message", "other")
    with pytest.raises(VigieError, match="no commit in common"):
        trees.left_from(tip)


def test_code_that_is_not_compared_is_named() -> None:
    """The code of the release which decides no cell, where it differs."""
    facts = {"landing": "", "packages": "", "forward": [], "waiting": {}, "beside": made._beside()}
    assert {"orchestration/release/revisions.sql", "orchestration/release/catalogue.py"} <= facts["beside"].keys()
    assert not {"orchestration/release/series.py", "orchestration/release/files.py"} & facts["beside"].keys()
    assert comparing._limits(facts, facts) == []
    other = {**facts, "beside": {**facts["beside"], "orchestration/release/revisions.sql": "other"}}
    [said] = comparing._limits(facts, other)
    assert said.startswith("orchestration/release/revisions.sql differs: ")


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
