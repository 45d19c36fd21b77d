"""The producer of electronic certificates keeps its promise: what is counted by brute force in the files that it wrote
are the counts that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from brute_force_certificates import certificates, rows
from producers import assert_rejected_as_told, kept

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

#: Enough of everything in a small sample.
OFTEN = {
    "late": 0.1, "late_coding": 0.2, "uncoded": 0.05, "private": 0.2, "correction": 0.1, "deletion": 0.04,
    "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05, "unknown_age": 0.05,
    "unknown_kind": 0.05,
}  # fmt: skip
#: Codes of a coronavirus count since 2 March.
START, END = dt.date(2020, 2, 24), dt.date(2020, 4, 12)


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Seven weeks with many disturbances."""
    home = tmp_path_factory.mktemp("certificates")
    simulate(Home(home), "cepidc", "builtin", START, END, 5, OFTEN, size=6_000)
    return home


def counted(home: Path) -> Counter:
    """The counts found by brute force, in the words of the truth."""
    found = Counter()
    for each in certificates(home):
        age = "unknown" if each.age is None else str(min(each.age // 10, 9) * 10)
        for measure in each.measures:
            found[each.day, each.dep, age, each.sex, each.kind, measure] += 1
    return found


def truth(home: Path) -> dict:
    """The counts that the simulator kept aside."""
    kinds = {
        "HOPITAL": "hospital", "CLINIQUE": "hospital", "EHPAD": "care_home", "DOMICILE": "home",
        "VOIE_PUBLIQUE": "other", "AUTRE": "other", "unknown": "unknown",
    }  # fmt: skip
    told = kept(home, "cepidc", "counts").melt(["day", "dep", "age", "sex", "place_kind"], var_name="measure")
    found = Counter()
    for day, dep, age, sex, kind, measure, number in told.itertuples(index=False):
        found[pd.Timestamp(day).date(), dep, age, sex, kinds[kind], measure] += number
    return +found


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found = counted(epidemic)
    assert found == truth(epidemic)
    assert {cell[4] for cell in found} == {"hospital", "care_home", "home", "other", "unknown"}
    numbers = Counter()
    for cell, number in found.items():
        numbers[cell[5]] += number
    assert numbers["certificates"] > numbers["covid"] > numbers["covid_comorbid"] > 100


def test_every_disturbance_happens(epidemic):
    told = kept(epidemic, "cepidc", "disturbances")
    assert set(told.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    shapes = {"coding", "causes", "sex", "age", "day", "place", "kind"}
    assert set(told[told.kind == "correction"].detail) == shapes
    causes = Counter(code for each in certificates(epidemic) for code in each.causes)
    assert {"U071", "U0711", "U072", "B342", "B972", "U070", "B349", "E15", "I99"} <= set(causes)
    assert any("U07.1" in line[9] for _, line in rows(epidemic) if len(line) == 10)
    assert any(not each.establishment for each in certificates(epidemic))


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home, end = Home(tmp_path), START + dt.timedelta(days=5)
    simulate(home, "cepidc", "builtin", START, end, 5, {**OFTEN, "bad_row": 0.4}, size=1_500)
    assert_rejected_as_told(tmp_path, "cepidc", end, 17)


def test_without_disturbance_one_row_is_one_record(tmp_path):
    none = dict.fromkeys(FEEDS["cepidc"].rates, 0.0)
    made = simulate(Home(tmp_path), "cepidc", "builtin", START, END, 5, none, size=2_000)
    assert len(certificates(tmp_path)) == made.rows == made.counts["certificates"]
    assert kept(tmp_path, "cepidc", "disturbances").empty and counted(tmp_path) == truth(tmp_path)


def test_there_is_no_official_truth(tmp_path):
    (tmp_path / "counts.csv").write_text("dep;jour;nb\n")
    with pytest.raises(VigieError, match="no official counts of certificates"):
        simulate(Home(tmp_path), "cepidc", tmp_path / "counts.csv", START, END, 5)
    assert not (tmp_path / "landing").exists()
