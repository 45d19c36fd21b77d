"""`vigie diff` on six changes of the project: what each does to the figures, and the verdict on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from changed_trees import CHANGES, Changed, local_breakdown, typo_in_a_rate
from daily_runs import FIRST_DAY, first_day
from small_epidemic import Run

#: What a comparison may write in a home.
OURS = ("difference", ".lock")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    """The first of the daily runs, released, with nothing left to build."""
    return Run(first_day(tmp_path_factory.getbasetemp())["folder"] / "first_day", FIRST_DAY)


@pytest.fixture(scope="module")
def home(run: Run, tmp_path_factory) -> Path:
    """A copy of that home, whose views read its own lake: nothing is to be built in it."""
    home = Path(shutil.copytree(run.home, tmp_path_factory.mktemp("difference") / "home", symlinks=True))
    # They name the home in which the days went on.
    made = str(run.home.with_name("home"))
    with duckdb.connect(str(home / "warehouse" / "vigie.duckdb")) as con:
        views = con.execute("select sql from duckdb_views() where not internal and contains(sql, ?)", [made])
        for (sql,) in views.fetchall():
            con.execute(sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1).replace(made, str(home)))
    return home


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Changed:
    """A copy of the tree."""
    return Changed.made(tmp_path_factory.mktemp("trees") / "tree")


@pytest.fixture
def tree(copied: Changed) -> Iterator[Changed]:
    """A copy of the tree in which nothing has changed yet."""
    yield copied
    copied.clean()


def written(home: Path) -> dict[str, tuple[int, int]]:
    """Every file of a home that is not a comparison's, with its size and when it was last written."""
    found = (path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    names = {str(path.relative_to(home)): path.stat() for path in found}
    return {n: (s.st_size, s.st_mtime_ns) for n, s in names.items() if not n.startswith(OURS)}


def datasets(found: dict) -> dict[str, dict]:
    """By name the datasets that differ."""
    return {dataset["name"]: dataset for output in found["outputs"] for dataset in output["datasets"]}


def findings(found: dict) -> dict[tuple[str, str], bool]:
    """By kind and subject whether the policy lets a finding pass."""
    return {(finding["kind"], finding["subject"]): finding["passes"] for finding in found["findings"]}


@pytest.fixture(scope="module")
def all_of_them(home: Path, copied: Changed) -> Iterator[tuple[dict, dict, dict]]:
    """What is found of the six changes at once, and what the home held before and after."""
    for change in CHANGES.values():
        change(copied)
    before = written(home)
    found = copied.difference(home, 4)
    yield found, before, written(home)
    copied.clean()


def test_a_home_is_only_read(all_of_them, home: Path) -> None:
    _, before, after = all_of_them
    assert before == after
    assert sorted(path.name for path in (home / "difference").iterdir() if not path.name.startswith(".")) == [
        "commits", "difference.html", "difference.json", "difference.md", "pages",
    ]  # fmt: skip


def test_nothing_is_built_of_a_base_that_stands(all_of_them) -> None:
    found, *_ = all_of_them
    assert found["cost"]["build"]["before"] < found["cost"]["build"]["after"] / 2
    # What changes, and what lists all that is published: the catalogues, and how many outputs a signal touches.
    assert found["cost"]["built"] < 12 and found["cost"]["tested"] < 30


def test_a_new_indicator_only_adds(all_of_them, home: Path) -> None:
    found, *_ = all_of_them
    new = {name: each for name, each in datasets(found).items() if each["is"] == "new" and "rt-pcr" in name}
    like = {name.replace("rt-pcr", "antigenic"): each["added"] for name, each in new.items()}
    assert like == {name: rows(home, name) for name in like} and len(like) > 2
    assert all(each["status"]["after"] != "held" and not each["figures"] for each in new.values())
    assert {passes for (kind, name), passes in findings(found).items() if "rt-pcr" in name} == {True}
    assert "rt_pcr_share" in found["nodes"]["new"] and "rt_pcr_share.en.html" in found["pages"]


def rows(home: Path, name: str) -> int:
    """The rows of a dataset of the last release."""
    release = json.loads((home / "releases" / "latest" / "release.json").read_text(encoding="utf-8"))
    return release["datasets"][name]["rows"]


def test_a_typo_changes_the_figures_that_it_changes(all_of_them, home: Path, run: Run) -> None:
    found, *_ = all_of_them
    told = datasets(found)["testing-rate-fra"]
    with run.connect() as con:
        # The published rates, beside those that the typo makes of the cube.
        query = f"""
            with published as (
                select * from read_parquet('{home}/releases/latest/open_data/testing-rate-fra/*.parquet')
            ),
            made as (
                select published.value, round(100000.0 * cube.tests / cube.population, 2) as now
                from published inner join {run.relation("int_testing__cube")} as cube
                    using (geo_level, geo_code, period, period_end, sex, age_scheme, age_class)
            )
            select count(*), max(abs(now - value)), max(abs(now - value) / nullif(value, 0))
            from made where now is distinct from value
        """
        [(cells, absolute, relative)] = con.execute(query).fetchall()
    assert cells and told["columns"]["value"] == cells
    assert abs(told["largest"]["absolute"]["change"]) == pytest.approx(absolute)
    assert abs(told["largest"]["relative"]["change"]) == pytest.approx(relative)
    assert (told["added"], told["removed"]) == (0, 0)
    assert findings(found)["figures", "testing-rate-fra"] is False
    assert len(told["curve"]["points"]) > 10


def test_a_refactoring_that_changes_nothing_reaches_figures_that_stay(all_of_them) -> None:
    found, *_ = all_of_them
    assert "unlocated_tests_share" in found["nodes"]["changed"]
    assert found["reached"]["unlocated_tests_share"] == ["unlocated_tests_share"]
    assert not any("unlocated" in name for name in datasets(found))


def test_a_renamed_column_is_a_change_of_the_schema(all_of_them) -> None:
    found, *_ = all_of_them
    told = datasets(found)["sp-fra-quot"]
    assert told["schema"] == ["column `pop` is called `population`"]
    assert (told["added"], told["removed"], told["changed"]) == (0, 0, 0)
    assert findings(found)["schema", "sp-fra-quot"] is False


def test_a_definition_that_changes_with_its_date_may_change_figures(all_of_them) -> None:
    found, *_ = all_of_them
    told = datasets(found)["symptomatic-share-fra"]
    assert told["figures"] and told["columns"]["definition"]
    assert {passes for (_, name), passes in findings(found).items() if "symptomatic" in name} == {True}


def test_a_number_below_the_departement_is_refused(all_of_them) -> None:
    found, *_ = all_of_them
    told = datasets(found)["cases-by-commune"]
    assert told["status"]["after"] == "held" and told["added"] == 0
    assert findings(found)["refused", "cases-by-commune"] is False
    assert "no number by com" in told["reasons"][0]["text"]


def test_the_reports_say_what_was_found(all_of_them, home: Path) -> None:
    found, *_ = all_of_them
    said = (home / "difference" / "difference.md").read_text(encoding="utf-8")
    page = (home / "difference" / "difference.html").read_text(encoding="utf-8")
    for text in (said, page):
        assert "not as it is" in text and "column `pop` is called `population`" in text
        assert str(home) not in text and "No figure changes" not in text
    assert page.count("<svg") == min(12, sum(bool(each["curve"]) for each in datasets(found).values()))
    assert json.loads((home / "difference" / "difference.json").read_text(encoding="utf-8")) == found


def test_what_does_not_parse_is_told_with_the_words_of_dbt(home: Path, tree: Changed) -> None:
    local_breakdown(tree)
    found = tree.difference(home, 4)
    assert findings(found) == {("not_made", "the project"): False}
    assert "COM is published as a class only, never as a number" in found["findings"][0]["text"]
    assert "cannot be built" in (home / "difference" / "difference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["--base", "no-such-branch"], ["--base", "HEAD", "--home", "{empty}"]])
def test_what_cannot_be_compared_is_refused(home: Path, tree: Changed, tmp_path: Path, arguments: list[str]) -> None:
    done = tree.vigie(home, "diff", *(each.format(empty=tmp_path) for each in arguments))
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("vigie: ")


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "kinds", "code"),
    [
        ("new_indicator", {"added"}, 0),
        ("typo_in_a_rate", {"figures"}, 4),
        ("refactoring", set(), 0),
        ("renamed_column", {"schema"}, 4),
        ("dated_definition", {"figures"}, 0),
        ("local_numbers", {"refused"}, 4),
    ],
)
def test_each_change_alone_has_its_verdict(home: Path, tree: Changed, change: str, kinds: set[str], code: int) -> None:
    CHANGES[change](tree)
    found = tree.difference(home, code)
    assert {finding["kind"] for finding in found["findings"]} == kinds
    assert found["figures_change"] is bool(kinds - {"schema"})


@pytest.mark.long
def test_a_change_of_the_guards_themselves_is_refused_by_those_of_the_base(home: Path, tree: Changed) -> None:
    CHANGES["local_numbers"](tree)
    old = "    columns = dict(dataset.columns)\n    for name in columns:\n"
    tree.replace("orchestration/release/disclosure.py", old, f"    return\n{old}")
    found = tree.difference(home, 4)
    assert datasets(found)["cases-by-commune"]["added"] > 0
    assert findings(found)["refused", "cases-by-commune"] is False


@pytest.mark.long
def test_the_difference_is_what_a_run_publishes(home: Path, tree: Changed, tmp_path: Path) -> None:
    typo_in_a_rate(tree)
    found = tree.difference(home, 4)
    ran = Path(shutil.copytree(home, tmp_path / "home", symlinks=True))
    done = tree.vigie(ran, "run", "--today", found["day"])
    assert done.returncode in (0, 3), done.stderr
    before, after = (json.loads(release(each).joinpath("release.json").read_text()) for each in (home, ran))
    differing = {
        name
        for name, facts in after["datasets"].items()
        if any(facts["files"][f] != before["datasets"][name]["files"].get(f) for f in parquet(facts["files"]))
    }
    assert differing == {name for name, each in datasets(found).items() if each["changed"]}
    with duckdb.connect() as con:
        for name in sorted(differing):
            old, new = (f"read_parquet('{release(each)}/open_data/{name}/*.parquet')" for each in (home, ran))
            [(cells,)] = con.execute(f"select count(*) from (from {new} except all from {old})").fetchall()
            assert cells == datasets(found)[name]["changed"], name


def release(home: Path) -> Path:
    """The folder of the last release."""
    return (home / "releases" / "latest").resolve()


def parquet(files: dict[str, dict]) -> list[str]:
    """The Parquet files of a dataset."""
    return [file for file in files if file.endswith(".parquet")]
