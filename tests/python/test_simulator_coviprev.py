"""The producer of CoviPrev keeps its promise: what is counted by brute force in the files that it wrote is what it kept
aside."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from brute_force_coviprev import age_class, current, rows
from producers import assert_rejected_as_told, kept
from test_brute_force_coviprev import OFTEN

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2021, 3, 1), dt.date(2021, 4, 10)


@pytest.fixture(scope="module")
def survey(tmp_path_factory) -> Path:
    """Three waves with many disturbances."""
    home = tmp_path_factory.mktemp("coviprev")
    simulate(Home(home), "coviprev", "builtin", START, END, 5, OFTEN, size=3_000)
    return home


def test_brute_force_finds_the_truth_of_the_survey(survey):
    found: Counter = Counter()
    for sheet in current(survey):
        sex = {"F": "F", "H": "M"}.get(sheet["sexe"], "unknown")
        cell = (sheet["fin_vague"], f"{sheet['region'] or 'unknown':0>2}", sex, age_class(sheet["age"]))
        found[*cell, "respondents" if sheet["poids"] else "unweighted"] += 1
        if sheet["poids"] and sheet["had_anxiete"]:
            found[*cell, "answered"] += Decimal(sheet["poids"])
            found[*cell, "anxious"] += Decimal(sheet["poids"]) if int(sheet["had_anxiete"]) > 10 else 0
    told = kept(survey, "coviprev", "counts").melt(["day", "wave", "reg", "sex", "age"], var_name="what")
    expected = {
        (str(day)[:10], reg, sex, age, what): value
        for day, _, reg, sex, age, what, value in told.itertuples(index=False)
        if value
    }
    assert {cell: float(value) for cell, value in found.items() if value} == pytest.approx(expected)
    assert {cell[0] for cell in found} == {"2021-03-05", "2021-03-19", "2021-04-02"}


def test_every_disturbance_happens(survey):
    told = kept(survey, "coviprev", "disturbances")
    assert set(told.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(told[told.kind == "correction"].detail) == {
        "weight", "answers", "sex", "age", "region", "wave", "person",
    }  # fmt: skip
    names = {row[5].split(" ")[0] for _, row in rows(survey) if len(row) == 26}
    assert names >= {"Vague", "vague", "V1", "V2", "V3"}
    texts = [gzip.open(path, "rt").read() for path in (survey / "landing" / "coviprev").glob("*/*.csv.gz")]
    blank = [text.splitlines().count(";" * 25) for text in texts]
    assert set(blank) == {0, 8}
    regions = {row[12] for _, row in rows(survey) if len(row) == 26}
    assert {"1", "01", ""} <= regions


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "coviprev", "builtin", START, END, 5, OFTEN | {"bad_row": 0.3}, size=3_000)
    assert_rejected_as_told(tmp_path, "coviprev", END, 23, of_persons=True)


def test_without_disturbance_one_row_is_one_sheet(tmp_path):
    none = dict.fromkeys(FEEDS["coviprev"].rates, 0.0)
    made = simulate(Home(tmp_path), "coviprev", "builtin", START, END, 5, none, size=1_000)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    assert kept(tmp_path, "coviprev", "disturbances").empty


def test_estimates_are_no_truth_of_answers(tmp_path):
    (tmp_path / "coviprev-france.csv").write_text("fra;semaine;anxiete\n")
    with pytest.raises(VigieError, match="builtin alone"):
        simulate(Home(tmp_path), "coviprev", tmp_path / "coviprev-france.csv", START, END, 1)
    assert not (tmp_path / "landing").exists()
