"""Every cell of the seroprevalence, computed a second time from the delivered files, which several runs of the models'
own SQL take in (see `rendered_models`), and by a library of survey statistics; and the promise of the producer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import polars as pl
import pytest
import svy
from brute_force_seroprev import age_class, current, estimates, rows, waves
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from test_as_of import Rendered

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2021, 3, 1), dt.date(2021, 5, 12)
OFTEN = {
    "correction": 0.2, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.03,
    "indeterminate": 0.1, "not_tested": 0.05, "no_weight": 0.05, "unknown_sex": 0.05, "unknown_age": 0.05,
    "unknown_place": 0.05,
}  # fmt: skip
Z = 1.959964


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("seroprev") / "home")
    simulate(home, "seroprev", "builtin", START, END, 5, OFTEN, size=4_000)
    runs = Rendered(home, Project.read(), "seroprevalence", ["int_serosurvey__waves"])
    for day in (START + dt.timedelta(days=20), START + dt.timedelta(days=50), END):
        runs.run(day)
    return runs


@pytest.fixture(scope="module")
def samples(way) -> list[dict[str, str]]:
    """The samples that stand."""
    return current(way.home.root)


def told(way, where: str = "true") -> list[tuple]:
    """The rows of the indicator."""
    return way.connection.execute(
        "select period_end::varchar, geo_level, geo_code, sex, age_scheme, age_class, period_start::varchar, numerator,"
        f" denominator, value, ci_low, ci_high, status from {way.table('seroprevalence')}"
        f" where period = 'wave' and {where}"
    ).fetchall()


def test_every_estimate(way, samples, record_property):
    """Results, value and bounds of each cell; none without enough results, and none is missing."""
    expected, names, cells, given = estimates(samples), waves(samples), told(way), 0
    assert len(names) == 3 and len(cells) == 3 * (4 + 7 + 22)
    for day, *domain, first, numerator, results, value, low, high, status in cells:
        n, mean, error = expected.get((day, *domain), (0, 0.0, 0.0))
        assert (results, first, numerator) == (n, names[day][0], None), (day, domain)
        if n < 30:
            assert (value, low, high, status) == (None, None, None, "not_applicable"), (day, domain)
            continue
        bounds = (100 * mean, max(0, 100 * (mean - Z * error)), min(100, 100 * (mean + Z * error)))
        if not error:
            assert (value, low, high) == (pytest.approx(100 * mean), None, None), (day, domain)
            continue
        assert (value, low, high) == pytest.approx(bounds, rel=1e-6, abs=1e-6), (day, domain)
        given += 1
    assert given > 60
    found = way.connection.execute(
        f"select period_end::varchar, period_start::varchar, wave from {way.table('int_serosurvey__waves')}"
    ).fetchall()
    assert {day: tuple(of) for day, *of in found} == names
    record_property("proof", f"seroprevalence: {len(cells)} cells computed a second time, {given} with a value")


@pytest.mark.parametrize("by", ["sex", "age", "region"])
def test_the_same_by_a_library(way, samples, by):
    """Shares and intervals of `svy`, strata with one sample centred on the whole."""
    day = min(waves(samples))
    wave = [sample for sample in samples if sample["poids"] and sample["fin_vague"] == day]
    domain = {
        "sex": lambda sample: {"F": "F", "H": "M"}.get(sample["sexe"], "unknown"),
        "age": lambda sample: age_class(sample["age"]),
        "region": lambda sample: f"{sample['region'] or 'unknown':0>2}",
    }[by]
    has_result = [sample["resultat"] in ("P", "N") for sample in wave]
    frame = pl.DataFrame(
        {
            "stratum": [sample["strate"] for sample in wave],
            "w": [float(sample["poids"]) for sample in wave],
            "y": [float(sample["resultat"] == "P") for sample in wave],
            "domain": [domain(sample) if has else "none" for sample, has in zip(wave, has_result, strict=True)],
        }
    )
    design = svy.Design(stratum="stratum", wgt="w", singleton="center")
    theirs = {
        row["domain"]: (row["est"], row["se"])
        for row in svy.Sample(frame, design).estimation.mean("y", by="domain").to_polars().to_dicts()
    }
    condition = {"sex": "sex <> 'all'", "age": "age_scheme = 'age15'", "region": "geo_level = 'REG'"}[by]
    place = {"sex": 3, "age": 5, "region": 2}[by]
    ours = {row[place]: row[9:12] for row in told(way, condition) if row[0] == day and row[9] is not None}
    assert len(ours) >= {"sex": 3, "age": 7, "region": 10}[by]
    for of, (value, low, high) in ours.items():
        mean, error = theirs[of]
        expected = (100 * mean, max(0, 100 * (mean - Z * error)), min(100, 100 * (mean + Z * error)))
        if not error:
            assert (value, low, high) == (pytest.approx(100 * mean), None, None), of
            continue
        assert (value, low, high) == pytest.approx(expected, abs=1e-7), of


def test_brute_force_finds_the_truth_of_the_survey(way, samples):
    found: Counter = Counter()
    for sample in samples:
        sex = {"F": "F", "H": "M"}.get(sample["sexe"], "unknown")
        cell = (sample["fin_vague"], f"{sample['region'] or 'unknown':0>2}", sex, age_class(sample["age"]))
        found[*cell, "samples" if sample["poids"] else "unweighted"] += 1
        if sample["poids"] and sample["resultat"] in ("P", "N"):
            found[*cell, "tested"] += Decimal(sample["poids"])
            found[*cell, "positive"] += Decimal(sample["poids"]) if sample["resultat"] == "P" else 0
    truth = kept(way.home.root, "seroprev", "counts").melt(["day", "wave", "reg", "sex", "age"], var_name="what")
    expected = {
        (str(day)[:10], reg, sex, age, what): value
        for day, _, reg, sex, age, what, value in truth.itertuples(index=False)
        if value
    }
    assert {cell: float(value) for cell, value in found.items() if value} == pytest.approx(expected)


def test_every_disturbance_happens(way):
    kinds = kept(way.home.root, "seroprev", "disturbances")
    assert set(kinds.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(kinds[kinds.kind == "correction"].detail) == {"result", "weight", "sex", "age", "region", "wave"}
    delivered = [row for _, row in rows(way.home.root) if len(row) == 14]
    assert {row[13] for row in delivered} >= {"P", "N", "I", ""} and {"1", "01", ""} <= {row[12] for row in delivered}


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "seroprev", "builtin", START, END, 5, OFTEN | {"bad_row": 0.3}, size=2_000)
    assert_rejected_as_told(tmp_path, "seroprev", END, 21, of_persons=True)


def test_without_disturbance_one_row_is_one_sample(tmp_path):
    none = dict.fromkeys(FEEDS["seroprev"].rates, 0.0)
    made = simulate(Home(tmp_path), "seroprev", "builtin", START, END, 5, none, size=500)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    with pytest.raises(VigieError, match="builtin alone"):
        simulate(Home(tmp_path / "other"), "seroprev", tmp_path, START, END, 1)
