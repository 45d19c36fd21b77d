"""Every cell of the estimates of the survey, computed a second time from the delivered files; and a part of them by a
library of survey statistics.

Two months with every disturbance, taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
import svy
from brute_force_coviprev import QUESTIONS, age_class, current, estimates, waves
from rendered_models import Project
from test_as_of import Rendered

from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2021, 3, 1), dt.date(2021, 4, 25)
OFTEN = {
    "late": 0.1, "correction": 0.2, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2,
    "bad_row": 0.02, "no_answer": 0.08, "no_weight": 0.05, "unknown_sex": 0.05, "unknown_age": 0.05,
    "unknown_place": 0.05,
}  # fmt: skip
FILES = ["coviprev_france", "coviprev_age", "coviprev_sexe", "coviprev_region"]
Z = 1.959964


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("coviprev") / "home")
    simulate(home, "coviprev", "builtin", START, END, 5, OFTEN, size=4_000)
    names = [*QUESTIONS, *FILES, "int_surveys__waves", "int_surveys__estimates"]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    for day in (START + dt.timedelta(days=20), START + dt.timedelta(days=40), END):
        runs.run(day)
    return runs


@pytest.fixture(scope="module")
def sheets(way) -> list[dict[str, str]]:
    """The answer sheets that stand."""
    return current(way.home.root)


def test_every_estimate(way, sheets, record_property):
    """Answers, value and bounds of each cell; none without enough answers, and none is missing."""
    expected, names, cells, given = estimates(sheets), waves(sheets), 0, 0
    assert len(names) == 4
    for name, (_, factor, most) in QUESTIONS.items():
        rows = way.connection.execute(
            "select period_end::varchar, geo_level, geo_code, sex, age_scheme, age_class, period_start::varchar,"
            f" period, denominator, value, ci_low, ci_high, numerator, status from {way.table(name)}"
        ).fetchall()
        assert len(rows) == 4 * (4 + 6 + 22) and {row[7] for row in rows} == {"wave"}
        for day, *domain, first, _, answers, value, low, high, numerator, status in rows:
            n, mean, error = expected.get((name, day, *domain), (0, 0.0, 0.0))
            assert (answers, first, numerator) == (n, names[day][0], None), (name, day, domain)
            if n < 30:
                assert (value, low, high, status) == (None, None, None, "not_applicable"), (name, day, domain)
                continue
            told = (mean * factor, (mean - Z * error) * factor, (mean + Z * error) * factor)
            told = (told[0], max(0, told[1]), min(most, told[2]))
            assert (value, low, high) == pytest.approx(told, rel=1e-6, abs=1e-6), (name, day, domain)
            given += 1
        cells += len(rows)
    assert given > 600
    record_property("proof", f"estimates of the survey: {cells:,} cells computed a second time, {given} with a value")


def test_no_wave_is_made_of_wrong_days(way, sheets):
    """Some sheets bear the days of another wave, or of none, until they are corrected."""
    names = waves(sheets)
    assert {sheet["fin_vague"] for sheet in sheets} >= set(names)
    found = way.connection.execute(
        f"select period_end::varchar, period_start::varchar, wave from {way.table('int_surveys__waves')}"
    ).fetchall()
    assert {day: tuple(of) for day, *of in found} == names


@pytest.mark.parametrize("by", ["all", "sex", "age", "region"])
def test_the_same_by_a_library(way, sheets, by):
    """Means and errors of `svy`, strata with one respondent centred on the whole sample."""
    day = max(waves(sheets))
    answer = QUESTIONS["anxiety_prevalence"][0]
    sample = [sheet for sheet in sheets if sheet["poids"] and sheet["fin_vague"] == day]
    frame = pl.DataFrame(
        {
            "stratum": [sheet["strate"] for sheet in sample],
            "w": [float(sheet["poids"]) for sheet in sample],
            "y": [answer(sheet) for sheet in sample],
            "all": ["all"] * len(sample),
            "sex": [{"F": "F", "H": "M"}.get(sheet["sexe"], "unknown") for sheet in sample],
            "age": [age_class(sheet["age"]) for sheet in sample],
            "region": [f"{sheet['region'] or 'unknown':0>2}" for sheet in sample],
        }
    ).with_columns(answered=pl.col("y").is_not_null(), y=pl.col("y").fill_null(0.0))
    assert frame["stratum"].value_counts()["count"].min() == 1
    design = svy.Design(stratum="stratum", wgt="w", singleton="center")
    frame = frame.with_columns(domain=pl.when("answered").then(by).otherwise(pl.lit("none")))
    told = svy.Sample(frame, design).estimation.mean("y", by="domain").to_polars()
    rows = way.connection.execute(
        "select sex, age_class, geo_code, mean, standard_error, answers"
        f" from {way.table('int_surveys__estimates')} where question = 'anxiety' and period_end = '{day}' and "
        + {
            "all": "geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'", "sex": "sex <> 'all'",
            "age": "age_scheme = 'coviprev'", "region": "geo_level = 'REG'",
        }[by]
    ).fetchall()  # fmt: skip
    ours = {{"all": row[0], "sex": row[0], "age": row[1], "region": row[2]}[by]: row[3:5] for row in rows if row[5]}
    theirs = {row["domain"]: (row["est"], row["se"]) for row in told.to_dicts() if row["domain"] != "none"}
    assert set(ours) == set(theirs) and len(ours) >= {"all": 1, "sex": 3, "age": 6, "region": 15}[by]
    for domain, (mean, error) in ours.items():
        assert mean == pytest.approx(theirs[domain][0], abs=1e-9), domain
        assert error == pytest.approx(theirs[domain][1], abs=1e-9), domain


def test_the_files_in_the_official_layout(way, sheets):
    """Names of waves, codes, decimal commas; a row for each that has enough answers."""
    expected = estimates(sheets)
    [(row,)] = way.connection.execute(
        f"select struct_pack(fra, semaine, anxiete, anxiete_inf, portmasque, nbmoy7mes) from {way.table(FILES[0])}"
        " where semaine like 'Vague 1 : %'"
    ).fetchall()
    _, mean, error = expected["anxiety_prevalence", "2021-03-05", "FRA", "FR", "all", "all", "all"]
    mask = expected["mask_worn", "2021-03-05", "FRA", "FR", "all", "all", "all"][1]
    measures = expected["measures_adopted_mean", "2021-03-05", "FRA", "FR", "all", "all", "all"][1]
    assert row == {
        "fra": "FR", "semaine": "Vague 1 : 3-5 mars", "anxiete": f"{100 * mean:.1f}".replace(".", ","),
        "anxiete_inf": f"{100 * (mean - Z * error):.1f}".replace(".", ","),
        "portmasque": f"{100 * mask:.1f}".replace(".", ","), "nbmoy7mes": f"{measures:.2f}".replace(".", ","),
    }  # fmt: skip
    spans = way.connection.execute(f"select distinct semaine from {way.table(FILES[0])} order by all").fetchall()
    assert [span for (span,) in spans] == [
        "Vague 1 : 3-5 mars", "Vague 2 : 17-19 mars", "Vague 3 : 31 mars-2 avril", "Vague 4 : 14-16 avril",
    ]  # fmt: skip
    for file, column, codes in (
        ("coviprev_age", "age", {"18-24", "25-34", "35-49", "50-64", "65+"}),
        ("coviprev_sexe", "sexe", {1, 2}),
    ):
        found = way.connection.execute(f"select {column} from {way.table(file)}").fetchall()
        assert {code for (code,) in found} == codes and len(found) == 4 * len(codes)
    regions = way.connection.execute(f"select distinct reg from {way.table('coviprev_region')}").fetchall()
    assert ("11",) in regions and ("unknown",) not in regions and ("94",) not in regions
