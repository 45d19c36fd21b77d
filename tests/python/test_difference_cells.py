"""What differs between two published files, and what the policy makes of it, on files of a few rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.cost import Meter
from orchestration.difference.cells import Compared, Side, compare, compare_csv, lost_sums
from orchestration.difference.comparing import _compared
from orchestration.difference.curves import curve
from orchestration.difference.findings import concluded, findings, tells
from orchestration.difference.policy import Finding, Policy, read_policy
from orchestration.difference.report import COMMENT, rendered
from orchestration.errors import VigieError
from orchestration.home import PROJECT
from orchestration.release.declarations import CONTRACT_KEY
from orchestration.storage import fingerprint

BEFORE = """
    values
        (date '2021-01-01', 'a', 10, 'final'), (date '2021-01-02', 'a', 20, 'final'),
        (date '2021-01-02', 'b', 0, 'final')
"""
NAMES = ("period_end", "place", "value", "status")
TODAY = dt.date(2021, 3, 1)


@pytest.fixture
def side(tmp_path: Path) -> Callable[..., Side]:
    """Writes rows as the only Parquet file of a dataset."""

    def written(name: str, rows: str, names: tuple[str, ...] = NAMES, key: tuple[str, ...] = NAMES[:2]) -> Side:
        folder = tmp_path / name
        folder.mkdir()
        with duckdb.connect() as con:
            con.execute(f"copy (select * from ({rows}) as t({', '.join(names)})) to '{folder}/file.parquet'")
            columns = con.execute(f"describe from '{folder}/file.parquet'").fetchall()
        facts = {"file.parquet": {"sha256": fingerprint(folder / "file.parquet")}}
        return Side(folder, facts, [row[:2] for row in columns], key)

    return written


def compared(before: Side, after: Side) -> Compared:
    with duckdb.connect() as con:
        return compare(con, before, after)


def test_the_same_rows_are_no_difference(side) -> None:
    assert compared(side("before", BEFORE), side("after", BEFORE)).same
    other = side("other", f"select * from ({BEFORE}) order by all desc")
    assert compared(side("again", BEFORE), other).same


def test_cells_are_counted_and_the_largest_change_has_its_key(side) -> None:
    after = """
        values
            (date '2021-01-02', 'a', 23, 'final'), (date '2021-01-02', 'b', 4, null),
            (date '2021-01-03', 'a', 1, 'final')
    """
    found = compared(side("before", BEFORE), side("after", after))
    assert (found.added, found.removed, found.changed, found.figures) == (1, 1, 2, 3)
    assert found.columns == {"value": 2, "status": 1}
    assert found.largest["absolute"] == {
        "column": "value", "before": 0, "after": 4, "change": 4, "key": {"period_end": "2021-01-02", "place": "b"},
    }  # fmt: skip
    # Of nothing no share can be said.
    assert found.largest["relative"]["change"] == pytest.approx(0.15)
    assert found.statuses == [{"before": "final", "after": None, "cells": 1}]


def test_a_figure_that_goes_or_comes_is_a_change(side) -> None:
    after = BEFORE.replace("10", "null::int")
    found = compared(side("before", BEFORE), side("after", after))
    assert (found.changed, found.columns, found.largest) == (1, {"value": 1}, {})


@pytest.mark.parametrize(
    ("names", "key", "said"),
    [
        (("period_end", "place", "figure", "status"), NAMES[:2], ["column `value` is called `figure`"]),
        (("jour", "place", "value", "status"), ("jour", "place"), ["column `period_end` is called `jour`"]),
    ],
)
def test_a_column_with_another_name_changes_no_cell(side, names, key, said) -> None:
    found = compared(side("before", BEFORE), side("after", BEFORE, names, key))
    assert (found.schema, found.changed, found.added, found.removed) == (said, 0, 0, 0)


def test_a_column_of_another_type_content_or_place_is_told(side) -> None:
    rows = "select period_end, place, 'final' as status, value::double + 1 as number from (" + BEFORE + ")"
    after = side("after", rows + f" as t({', '.join(NAMES)})", ("period_end", "place", "status", "number"))
    assert compared(side("before", BEFORE), after).schema == ["column `value` goes", "column `number` is new"]
    typed = side("typed", BEFORE.replace("10", "10.5"))
    assert compared(side("again", BEFORE), typed).schema == ["column `value` is DECIMAL(11,1), it was INTEGER"]
    order = side(
        "order", f"select t2, t1, t3, t4 from ({BEFORE}) as t(t1, t2, t3, t4)", ("place", *NAMES[:1], *NAMES[2:])
    )
    assert compared(side("once", BEFORE), order).schema == ["the columns stand in another order"]


def test_another_key_leaves_no_cell_that_could_be_found_again(side) -> None:
    after = side("after", BEFORE.replace(" 20,", " 25,"), key=("place", "status"))
    found = compared(side("before", BEFORE), after)
    assert found.schema == ["the key is place, status, it was period_end, place"]
    assert (found.added, found.removed) == (3, 3)


@pytest.mark.parametrize(
    ("file", "rows", "sha256", "cells", "schema", "csv"),
    [
        ("file.csv", 9, "a", {}, [], []),
        ("file.csv", 2, "b", {}, [], ["the CSV has 2 rows, it had 9"]),
        ("file.csv", 9, "b", {}, [], ["the CSV has other bytes, with the same cells in the Parquet"]),
        ("file.csv", 9, "b", {"changed": 1}, [], []),
        ("file.csv", 10, "b", {"added": 1}, [], []),
        ("file.csv", 2, "b", {"added": 1}, [], ["the CSV has 2 rows, it had 9"]),
        ("file.csv.gz", 9, "b", {}, ["the file `file.csv` goes", "the file `file.csv.gz` is new"], []),
        ("other.parquet", 9, "b", {}, ["the file `file.csv` goes"], []),
    ],
)
def test_what_differs_in_the_csv_alone_is_told(file, rows, sha256, cells, schema, csv) -> None:
    """By the facts of its files: cells that differ in the Parquet differ there too."""
    before = Side(Path(), {"file.csv": {"rows": 9, "sha256": "a"}}, [], ())
    found = Compared(**cells)
    compare_csv(before, Side(Path(), {file: {"rows": rows, "sha256": sha256}}, [], ()), found)
    assert (found.schema, found.csv) == (schema, csv)


def test_what_is_held_and_was_never_published_is_compared_with_nothing(side) -> None:
    published, never = side("before", BEFORE), Side(Path(), {}, [], NAMES[:2])
    for pair in ((published, never), (never, published)):
        found = compared(*pair)
        compare_csv(*pair, found)
        assert found.same


def test_an_output_that_is_refused_and_was_never_published_is_told_so(side) -> None:
    """The base would publish it for the first time: nothing is left to compare it with, and the change is refused."""
    published = side("base", BEFORE)
    (published.folder / "open_data").mkdir()
    (published.folder / "file.parquet").rename(published.folder / "open_data" / "file.parquet")
    text = {"fr": "Fichier", "en": "File"}
    stands = {
        "output": "file", "title": "File", "series": False, "text": [text], "csv": None, "changes": [],
        "key": list(NAMES[:2]),
    }  # fmt: skip
    why = {"kind": "refused", "en": "a file is refused", "detail": "no number by com"}
    good = {"columns": published.columns, "files": published.files, "rows": 3, "status": "ok", "reasons": []}
    held = {"columns": [], "files": {}, "rows": 0, "status": "held", "reasons": [why]}
    versions = {"datasets": {"file": stands}, "checks": {}}
    trees = [SimpleNamespace(name=n, place=SimpleNamespace(folder=published.folder)) for n in ("base", "head")]

    def judged_of(before: dict, after: dict) -> dict:
        written = {side: {"datasets": {"file": facts}, "held_with": {}} for side, facts in
                   (("base", before), ("head", after))}  # fmt: skip
        found = _compared(*trees, versions, versions, written)
        kinds = findings(found, versions["datasets"], versions["datasets"], {}, (), TODAY)
        return concluded(told() | found, kinds, Policy(rules=RULES), Meter())

    refused = judged_of(good, held)
    assert [(each["kind"], each["passes"]) for each in refused["findings"]] == [("refused", False)]
    assert "no number by com" in refused["findings"][0]["text"] and "no number by com" in rendered(refused, "html")
    mended = judged_of(held, good)
    assert [(each["kind"], each["text"]) for each in mended["findings"]] == [("added", "3 new cells")]


def test_the_curve_is_of_the_place_that_changed_most(side) -> None:
    after = BEFORE.replace(" 20,", " 25,")
    before, now = side("before", BEFORE), side("after", after)
    with duckdb.connect() as con:
        drawn = curve(con, compare(con, before, now), before, now)
    assert drawn["key"] == {"place": "a"}
    assert drawn["points"] == [
        {"day": "2021-01-01", "before": 10, "after": 10},
        {"day": "2021-01-02", "before": 20, "after": 25},
    ]


def cell(geo: str, sex: str, value: float) -> str:
    level, code = geo.split(":")
    return f"(date '2021-01-01', 'day', '{level}', '{code}', '{sex}', 'all', 'all', 'all', 'all', {value})"


def month(side, name: str, *cells: str) -> Side:
    """A slice of which the month is a file by its name."""
    found = side(name, f"values {', '.join(cells)}", (*CONTRACT_KEY, "value"), CONTRACT_KEY)
    (found.folder / "2021-01.parquet").write_bytes((found.folder / "file.parquet").read_bytes())
    facts = {f"{name.split('-')[-1]}/2021-01.parquet": found.files["file.parquet"]}
    (found.folder / name.split("-")[-1]).mkdir()
    (found.folder / "2021-01.parquet").rename(found.folder / next(iter(facts)))
    return dataclasses.replace(found, files=facts)


def test_a_sum_that_no_longer_agrees_is_told_though_its_total_stands_in_another_slice(side) -> None:
    sexes = [cell("FRA:FR", "F", 4), cell("FRA:FR", "M", 6)]
    total = cell("FRA:FR", "all", 10)
    france = [month(side, f"{when}-fra", total, *sexes) for when in ("before", "after")]
    before = [france[0], month(side, "before-reg", cell("REG:11", "all", 7), cell("REG:24", "all", 3))]
    after = [france[1], month(side, "after-reg", cell("REG:11", "all", 8), cell("REG:24", "all", 3))]
    with duckdb.connect() as con:
        [lost] = lost_sums(con, before, after)
        assert (lost["axis"], lost["cells"], lost["of"], lost["total"], lost["sum"]) == ("régions", 1, 1, 10, 11)
        assert lost_sums(con, before, before) == []
        # What made no sum before is none that could be lost.
        assert lost_sums(con, after, before) == []


RULES = {
    "added": "always", "figures": "declared", "sums": "declared", "schema": "declared", "removed": "declared",
    "held": "never", "checks": "never", "refused": "never", "not_made": "never",
}  # fmt: skip


def test_the_policy_of_the_project_lets_pass_what_is_declared_or_only_adds() -> None:
    policy = read_policy(PROJECT)
    assert dict(policy.rules) == RULES and not policy.gone
    assert policy.passes([]) and policy.passes([Finding("added", "x", "")])
    for kind in ("figures", "sums", "schema", "removed"):
        assert not policy.passes([Finding(kind, "x", "")]) and policy.passes([Finding(kind, "x", "", declared=True)])
    for kind in ("held", "checks", "refused", "not_made"):
        assert not policy.passes([Finding(kind, "x", "", declared=True), Finding("added", "y", "")])


@pytest.mark.parametrize("wrong", [{"added": "sometimes"}, {"more": "never"}, {"held": None}])
def test_a_policy_that_is_not_whole_lets_nothing_pass(tmp_path: Path, wrong: dict) -> None:
    rules = {kind: rule for kind, rule in (RULES | wrong).items() if rule}
    lines = [f"      {kind}: {rule}" for kind, rule in rules.items()]
    (tmp_path / "dbt_project.yml").write_text("\n".join(["vars:", "  difference:", "    rules:", *lines]))
    with pytest.raises(VigieError, match="difference"):
        read_policy(tmp_path)


def dataset(name: str = "file", output: str = "file", **more) -> dict:
    """A dataset as the comparison tells of it, in which nothing differs yet."""
    there = {"name": name, "title": name, "is": "there", "status": {"before": "ok", "after": "ok"}, "reasons": []}
    return {**there, "text": False, "curve": None, **Compared().as_dict(), "figures": 0, **more}


def told(*datasets: dict, checks: tuple[dict, ...] = ()) -> dict:
    """What was compared of the output `file`."""
    return {
        "base": {"ref": "main", "commit": "a" * 40, "tip": "a" * 40}, "head": {"commit": "b" * 40, "modified": False},
        "day": "2021-03-05", "outputs": [{"output": "file", "datasets": list(datasets)}] if datasets else [],
        "sums": [], "checks": list(checks), "compared": 3, "of": 237, "limits": [], "pages": [],
        "nodes": {"changed": ["file"], "new": [], "gone": []}, "reached": {"file": ["file"], "other": ["file"]},
        "cost": {
            "write": {"before": 1, "after": 2}, "build": {"before": 0, "after": 6}, "parse": {"before": 0, "after": 9},
            "built": 1, "tested": 2, "from_the_beginning": [],
        },
    }  # fmt: skip


def judged(found: dict, *, told_of: bool = False, gone: tuple[str, ...] = ()) -> dict:
    """With the verdict, where the declaration tells of a change or not."""
    entry = {"date": "2021-03-01", "fr": "Autrement.", "en": "Otherwise."}
    before, after = ({"file": {"output": "file", "changes": changes}} for changes in ([], [entry]))
    kinds = findings(found, before, after if told_of else before, {}, gone, TODAY)
    return concluded(found, kinds, Policy(rules=RULES), Meter())


def check(before: str | None, after: str | None, blocking: bool = True) -> dict:
    said = {"rows": 3, "blocking": blocking, "about": ["file"], "says": ""}
    return {"name": "adds_up", "before": before, "after": after, **said}


@pytest.mark.parametrize(
    ("found", "options", "verdict"),
    [
        (told(), {}, "pass"),
        (told(dataset(changed=3, figures=3)), {}, "fail"),
        (told(dataset(changed=3, figures=3)), {"told_of": True}, "pass"),
        (told(dataset(changed=3, figures=0)), {}, "pass"),
        (told(dataset(added=3)), {}, "pass"),
        (told(dataset(schema=["column `x` is new"])), {}, "fail"),
        (told(dataset(csv=["the CSV has 10 rows, it had 90"])), {}, "fail"),
        (told(dataset(csv=["the CSV has 10 rows, it had 90"])), {"told_of": True}, "pass"),
        (told({**dataset(removed=9), "is": "gone"}), {}, "fail"),
        (told({**dataset(removed=9), "is": "gone"}), {"told_of": True}, "fail"),
        (told({**dataset(removed=9), "is": "gone"}), {"gone": ("file",)}, "pass"),
        (told(dataset(status={"before": "ok", "after": "held"})), {"told_of": True}, "fail"),
        (told(dataset(status={"before": "held", "after": "held"})), {}, "pass"),
        (told(checks=(check("pass", "fail"),)), {}, "fail"),
        (told(checks=(check("warn", "error"),)), {}, "fail"),
        (told(checks=(check(None, "fail"),)), {}, "fail"),
        (told(checks=(check("pass", "not run"),)), {}, "fail"),
        (told(checks=(check("fail", "error"),)), {}, "pass"),
        (told(checks=(check("pass", "warn"),)), {}, "pass"),
        (told(checks=(check("pass", None),)), {}, "pass"),
        (told(checks=(check("pass", "fail", blocking=False),)), {}, "pass"),
    ],
)
def test_the_verdict_follows_from_the_policy(found: dict, options: dict, verdict: str) -> None:
    assert judged(found, **options)["verdict"] == verdict


def test_other_words_of_a_change_that_was_told_tell_of_none() -> None:
    def stands(*changes: tuple[str, str]) -> dict:
        told_of = [{"date": date, "fr": words, "en": words} for date, words in changes]
        return {name: {"output": "file", "changes": told_of} for name in ("file-fra", "file-dep")}

    before = stands(("2020-12-08", "first"))

    def said(now: dict, output: str = "file") -> tuple[str, ...]:
        return tells(before, now, output, TODAY)

    first = ("2020-12-08", "first")
    assert not said(before) and not said(stands(("2020-12-08", "in other words")))
    assert not said(stands()) and not said({})
    assert said(stands(first, ("2021-03-01", "second"))) == ("2021-03-01: second / second",)
    assert said(stands(first, ("2020-12-08", "second of the day"))) == (
        "2020-12-08: second of the day / second of the day",
    )
    assert not said(stands(first, ("2021-03-01", "second")), "another")


@pytest.mark.parametrize(
    ("date", "passes"),
    [("2020-12-07", False), ("2020-12-09", True), ("2021-03-02", True), ("2021-03-03", False), ("9999-01-01", False)],
)
def test_an_entry_tells_of_what_changes_now(date: str, passes: bool) -> None:
    """From the last one that was told until tomorrow; another one would let pass whatever comes."""

    def stands(*dates: str) -> dict:
        return {"file": {"output": "file", "changes": [{"date": each, "fr": each, "en": each} for each in dates]}}

    now = stands("2020-12-08", date)
    found = findings(told(dataset(changed=3, figures=3)), stands("2020-12-08"), now, {}, (), TODAY)
    assert concluded(told(), found, Policy(rules=RULES), Meter())["verdict"] == ("pass" if passes else "fail")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_entry_that_lets_a_change_pass_is_shown(form: str) -> None:
    found = judged(told(dataset(changed=3, figures=3)), told_of=True)
    assert "2021-03-01: Autrement. / Otherwise." in rendered(found, form)
    assert "Autrement." not in rendered(judged(told(dataset(changed=3, figures=3))), form)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_commit_at_which_a_change_left_the_base_is_said(form: str) -> None:
    left = {"base": {"ref": "main", "commit": "a" * 40, "tip": "c" * 40}}
    assert "it now stands at" in rendered(judged(told() | left), form)
    assert "it now stands at" not in rendered(judged(told()), form)


def test_what_the_guards_of_the_base_refuse_fails() -> None:
    found = findings(told(), {}, {}, {"file": "no number by com"}, (), TODAY)
    assert [(each.kind, each.subject) for each in found] == [("refused", "file")]
    assert concluded(told(), found, Policy(rules=RULES), Meter())["verdict"] == "fail"


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_that_no_figure_changes_is_said_when_it_is_so(form: str) -> None:
    assert "No figure changes." in rendered(judged(told()), form)
    assert "No figure changes." in rendered(judged(told(dataset(changed=3, columns={"definition": 3}))), form)
    assert "No figure changes." not in rendered(judged(told(dataset(changed=3, figures=3))), form)
    assert "No figure changes." not in rendered(judged(told(dataset(added=1))), form)
    assert "No figure changes." not in rendered(judged(told(dataset(csv=["the CSV has 1 row"]))), form)
    built = concluded({key: told()[key] for key in ("base", "head", "day")}, [Finding("not_made", "x", "no\nway")],
                      Policy(rules=RULES), Meter())  # fmt: skip
    assert "cannot be built" in rendered(built, form) and "No figure changes." not in rendered(built, form)


def test_a_report_fits_into_a_comment() -> None:
    many = told(
        *(dataset(f"file-{number}", changed=1, figures=1, schema=["column `x` is new"]) for number in range(3000))
    )
    said = rendered(judged(many, told_of=True), "markdown")
    assert len(said) <= COMMENT and "more stand in the page" in said


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_report_tells_what_is_beside_the_figures(form: str) -> None:
    beside = {
        "pages": ["rate.fr.html"],
        "limits": ["uv.lock differs"],
        "sums": [
            {"output": "file", "axis": "régions", "cells": 2, "of": 9, "key": {"sex": "all"}, "total": 1, "sum": 2}
        ],
    }
    said = rendered(judged(told(dataset(text=True), checks=(check("pass", "fail"),)) | beside), form)
    words = ["rate.fr.html", "uv.lock differs", "2 of 9 totals", "adds_up", "other words", "with the same figures"]
    assert [word for word in words if word not in said] == []
    assert "other" in said and "Definitions changed" in said


def test_words_of_a_report_are_no_markup() -> None:
    said = dataset(schema=["column `<b>|x` is new"])
    assert "<b>" not in rendered(judged(told(said)), "html")
    assert "`<b>\\|x`" in rendered(judged(told(said)), "markdown")
