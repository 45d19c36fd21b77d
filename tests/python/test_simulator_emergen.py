"""The producer of EMERGEN keeps its promise: what is counted by brute force in the files that it wrote are the counts
that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import duckdb
import pytest
from brute_force_emergen import CLASSES, current, rows
from producers import assert_rejected_as_told, kept
from small_epidemic import SEEDS
from test_brute_force_emergen import END, OFTEN, START
from test_strata import given

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate


def test_brute_force_finds_the_truth_and_every_disturbance_happens(tmp_path):
    simulate(Home(tmp_path), "emergen", "builtin", START, END, 5, OFTEN, size=5_000)
    (path,) = (tmp_path / "truth" / "emergen").glob("counts_*.parquet")
    told = duckdb.sql(
        f"select survey::varchar, coalesce(region, ''), coalesce(lineage, ''), sequences from '{path}'"
    ).fetchall()
    standing = current(tmp_path)
    found = Counter(
        (row["debut_enquete"], row["region"], row["lignee"] if row["interpretable"] == "O" else "") for row in standing
    )
    assert found == {tuple(cell): number for *cell, number in told} and len(found) > 200
    disturbances = kept(tmp_path, "emergen", "disturbances")
    assert set(disturbances.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    shapes = set(disturbances[disturbances.kind == "correction"].detail)
    assert shapes == {"lineage", "survey", "region", "interpretable"}
    # Some are said to be interpretable without a lineage, some have neither day nor région.
    assert any(row["interpretable"] == "O" and not row["lignee"] for row in standing)
    assert any(not row["region"] and not row["date_prelevement"] for row in standing)


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home, until = Home(tmp_path), START + dt.timedelta(days=27)
    simulate(home, "emergen", "builtin", START, until, 5, OFTEN | {"bad_row": 0.3}, size=3_000)
    assert_rejected_as_told(tmp_path, "emergen", until, 17)


def test_without_disturbance_one_row_is_one_sequence(tmp_path):
    none = dict.fromkeys(FEEDS["emergen"].rates, 0.0)
    made = simulate(Home(tmp_path), "emergen", "builtin", START, END, 5, none, size=1_000)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    assert kept(tmp_path, "emergen", "disturbances").empty


def test_there_is_no_official_truth(tmp_path):
    (tmp_path / "counts.csv").write_text("reg;deb_periode;flash_variants\n")
    with pytest.raises(VigieError, match="made up alone"):
        simulate(Home(tmp_path), "emergen", tmp_path / "counts.csv", START, END, 1)
    assert not (tmp_path / "landing").exists()


def test_the_classes_of_the_seed_are_those_of_the_theme():
    """And those that the brute force tells apart."""
    lines = (SEEDS.parent / "sequencing" / "variant_lineages.csv").read_text(encoding="utf-8").splitlines()
    with duckdb.connect() as connection:
        classes = set(given("variant_classes()", connection))
    assert {line.split(",")[1] for line in lines[1:]} | {"other"} == classes == {name for name, *_ in CLASSES}
