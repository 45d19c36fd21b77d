"""What is published below the département tells no hidden count: an attacker tries, on a realistic epidemic."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os

import numpy as np
import pandas as pd
import pytest
from attacker import ENOUGH, LABEL, Files, System, counts_left, found_counts, read_files
from local_epidemic import LocalEpidemic

from orchestration.home import PROJECT

GOLDEN = PROJECT.parent / "shared" / "golden" / "sidep" / "sg-epci_2021-06-04.json.gz"
LONG = bool(os.environ.get("VIGIE_LONG"))
#: Cases per 100,000 in a week: between two waves, in a wave, in the wave of January 2022.
LEVELS = [5, 100, 3000]
WITHOUT_POLICY = {"counts": 0, "older": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.getbasetemp() / "rendered_models"


@pytest.fixture(scope="module")
def wave(folder):
    return LocalEpidemic(folder, 100)


def checked(epidemic: LocalEpidemic, found: pd.DataFrame) -> pd.DataFrame:
    """What the attacker found, which must be true."""
    found = found.merge(
        epidemic.truth.melt(["geo_level", "geo_code", "age_class"], ["cases", "tested"], "count", "truth"),
        on=["geo_level", "geo_code", "age_class", "count"],
        how="left",
    )
    assert found["truth"].between(found["low"], found["high"]).all()
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_the_attacker_finds_no_hidden_count(folder, level):
    epidemic = LocalEpidemic(folder, level)
    files = epidemic.publish()
    told = files.classes[files.classes["ti"].notna()]
    assert set(told["geo_level"]) == {"EPCI", "COM", "IRIS"}
    assert len(told) > 2000, "there is something to attack"
    assert checked(epidemic, found_counts(epidemic.map, [files])).empty


@pytest.mark.skipif(not LONG, reason="VIGIE_LONG=1: the whole country, several epidemics")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [1, 5, 20, 100, 300, 1000, 3000])
def test_the_attacker_finds_no_hidden_count_in_the_whole_country(folder, level, seed):
    epidemic = LocalEpidemic(folder, level, seed, departements=None)
    assert checked(epidemic, found_counts(epidemic.map, [epidemic.publish()])).empty


def test_without_the_policy_the_attacker_finds_most_counts(folder):
    epidemic = LocalEpidemic(folder, 100, disclosure=WITHOUT_POLICY)
    found = checked(epidemic, found_counts(epidemic.map, [epidemic.publish()]))
    truth = epidemic.truth.query("cases > 0 and age_class == 'all'")
    for level in ("IRIS", "COM"):
        with_a_case = (truth["geo_level"] == level).sum()
        of_them = found.query("geo_level == @level and age_class == 'all' and count == 'cases' and truth > 0")
        assert len(of_them) > 0.7 * with_a_case
        assert (of_them["left"] == 1).sum() > 0.3 * with_a_case


@pytest.mark.parametrize("again", [False, True])
def test_a_class_told_once_keeps_what_late_results_would_tell(folder, again):
    """Two releases of one week. A class that moves with a result or two tells on which side of its bound the count stood."""
    epidemic = LocalEpidemic(folder, 100)
    first = epidemic.publish()
    epidemic.late_results()
    second = epidemic.publish()
    if not again:
        second = Files(first.classes, second.exact)
    found = found_counts(epidemic.map, [first, second])
    assert found.empty != again


def test_metropoles_and_departements_alone_tell_no_place(wave):
    """Exact counts of a métropole less those of its départements, and the other way round, leave places their secret."""
    exact = wave.publish().without_classes()
    of_departements = Files(exact.classes, exact.exact[exact.exact["geo_level"] == "DEP"])
    both, departements = (counts_left(wave.map, [files]) for files in (exact, of_departements))
    left, left_before = both["high"] - both["low"] + 1, departements["high"] - departements["low"] + 1
    metropoles = set(wave.by_iris["metropole"].dropna())
    found = both[(left < ENOUGH) & (left < left_before) & ~both["geo_code"].isin(metropoles)]
    assert found.empty, found.to_string()
