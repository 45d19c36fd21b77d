"""Every cell of the indicators of sentinel intensive care, computed a second time from the delivered files, which
several runs of the models' own SQL take in (see `rendered_models`); and the promise of their producer."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter

import pytest
from brute_force_rea_sentinelle import SEVERITY, current, figures, keeps_the_contract, rows
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from small_epidemic import SEEDS
from test_as_of import Rendered

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2020, 12, 14), dt.date(2021, 2, 21)
OFTEN = {
    "late": 0.3, "correction": 0.3, "deletion": 0.05, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2,
    "bad_row": 0.03, "unknown_sex": 0.05, "unknown_age": 0.05, "unknown_severity": 0.1, "unknown_comorbidity": 0.1,
}  # fmt: skip
Z = 1.959964


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("rea") / "home")
    simulate(home, "rea_sentinelle", "builtin", START, END, 5, OFTEN, size=2_500)
    runs = Rendered(home, Project.read(), "sentinel_icu_cases", ["sentinel_icu_comorbidity_share"])
    for day in (START + dt.timedelta(days=25), START + dt.timedelta(days=40), END):
        runs.run(day)
    return runs


@pytest.fixture(scope="module")
def brute(way) -> Counter:
    """The same by brute force."""
    with (SEEDS / "departements.csv").open(encoding="utf-8", newline="") as file:
        return figures(way.home.root, {row["dep"]: row["reg"] for row in csv.DictReader(file)})


def told(way: Rendered, name: str) -> list[tuple]:
    """The rows of an indicator, all of them weeks."""
    found = way.connection.execute(
        "select geo_level, geo_code, period_end, sex, age_scheme, age_class, stratum, numerator, denominator, value,"
        f" ci_low, ci_high, period, period_start from {way.table(name)}"
    ).fetchall()
    assert {(row[12], (row[2] - row[13]).days, row[2].isoweekday()) for row in found} == {("week", 6, 7)}
    return [row[:12] for row in found]


def is_published(
    what: str, level: str, place: str, day: dt.date, sex: str, scheme: str, age: str, severity: str
) -> bool:
    """Whether the number of cases of a cell has to be there."""
    of_all = (sex, scheme) == ("all", "all")
    return what == "cases" and (level == "FRA" or severity != "all" or level == "REG" and of_all)


def test_every_count(way, brute, record_property):
    """By sex and age in France, and by severity."""
    cells = told(way, "sentinel_icu_cases")
    wrong = [cell for cell in cells if cell[7] != brute["cases", *cell[:7]]]
    assert not wrong, wrong[:5]
    published = {cell[:7] for cell in cells}
    missing = {key[1:] for key in brute if is_published(*key)} - published
    assert not missing, list(missing)[:5]
    assert {cell[6] for cell in cells} == {"all", *SEVERITY.values()}
    record_property("proof", f"sentinel intensive care: {len(cells):,} counts computed a second time")


def test_every_share(way, brute):
    cells = told(way, "sentinel_icu_comorbidity_share")
    for *cell, part, whole, value, low, high in cells:
        assert (part, whole) == (brute["with", *cell], brute["known", *cell]), cell
        if not whole:
            assert value is None and low is None and high is None
            continue
        middle, width = part + Z * Z / 2, Z * math.sqrt(part * (whole - part) / whole + Z * Z / 4)
        bounds = [100 * (middle + side * width) / (whole + Z * Z) for side in (-1, 1)]
        assert (value, low, high) == pytest.approx((100 * part / whole, max(0, bounds[0]), min(100, bounds[1])))
    assert sum(cell[9] is not None for cell in cells) > 300


def test_brute_force_finds_the_truth_of_the_producer(way):
    found = Counter(
        (
            form["date_admission"], form["departement"], {"F": "F", "H": "M"}.get(form["sexe"], "unknown"),
            int(form["age"] or -1), form["sdra"] or "unknown", form["comorbidite"] or "unknown",
        )
        for form in current(way.home.root)
    )  # fmt: skip
    assert found == {
        (str(day)[:10], *of): cases
        for day, *of, cases in kept(way.home.root, "rea_sentinelle", "counts").itertuples(index=False)
    }


def test_every_disturbance_happens(way):
    kinds = kept(way.home.root, "rea_sentinelle", "disturbances")
    assert set(kinds.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(kinds[kinds.kind == "correction"].detail) == {"severity", "comorbidity", "sex", "age", "day", "place"}
    delivered = [row for on, row in rows(way.home.root) if keeps_the_contract(on, row)]
    assert {row[6] for row in delivered} == {"F", "H", "I", ""} and {row[8] for row in delivered} == set(SEVERITY)


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "rea_sentinelle", "builtin", START, END, 5, OFTEN | {"bad_row": 0.4}, size=1_500)
    assert_rejected_as_told(tmp_path, "rea_sentinelle", END, 18)


def test_without_disturbance_one_row_is_one_form(tmp_path):
    none = dict.fromkeys(FEEDS["rea_sentinelle"].rates, 0.0)
    made = simulate(Home(tmp_path), "rea_sentinelle", "builtin", START, END, 5, none, size=500)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    with pytest.raises(VigieError, match="builtin alone"):
        simulate(Home(tmp_path / "other"), "rea_sentinelle", tmp_path, START, END, 1)
