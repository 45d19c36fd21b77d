"""The periods of a theme: a theme that is reported by week has weeks, and nothing is summed or carried between them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from rendered_models import Models, Project

#: The chain of a cube, in order.
CUBE = [f"int_house_calls__{name}" for name in ("calendar", "empty_cells", "cube_changes", "cube_days", "cube")]
SUNDAYS = [dt.date(2021, 1, 10), dt.date(2021, 1, 17), dt.date(2021, 1, 24)]


def of_periods(periods: list[str], folder: Path) -> Models:
    """The theme of house calls as if it had these periods; what its deliveries changed is given: 3 and 5 acts."""
    project = Project.read()
    for name in CUBE:
        node = project.nodes[name]
        code = node["raw_code"].replace("(house_calls())", f"(dict(house_calls(), periods={periods}))")
        project.nodes[name] = {**node, "raw_code": code}
    models = Models(project, duckdb.connect(), "w", lambda *names: "none", {"VIGIE_WAREHOUSE": str(folder)})
    models.connection.execute("attach ':memory:' as w")
    for name in ("departements", "sursaud_ages"):
        models.seed(name)
    models.give("int_house_calls__batches", "select 1 as batch, 1::bigint as generation")
    models.give(
        "int_house_calls__changes",
        "select 'dep' as cell_level, day, '75' as place, 'F' as sex, 'unknown' as age_band, 'new_rows' as reason,"
        " acts::int as acts, 0::int as acts_coded, 0::int as acts_covid, 1 as batch"
        f" from (values (date '{SUNDAYS[0]}', 3), (date '{SUNDAYS[2]}', 5)) as reports (day, acts)",
    )
    models.connection.execute(
        "copy (select *, null::date as month, 0::bigint as generation from"
        f" {models.relation('int_house_calls__changes')} where false)"
        f" to '{folder}/sealed__int_house_calls__changes__none.parquet'"
    )
    models.give("int_house_calls__cells", f"from {models.relation('int_house_calls__changes')}")
    models.give(
        "stg_sos_medecins__deliveries",
        "select date '2021-01-25' as received_on, 'accepted' as verdict, 1 as rows_accepted",
    )
    models.give(
        "int_referential__population",
        "select '' as geo_level, '' as geo_code, '' as sex, '' as age_scheme, '' as age_class, 1 as population,"
        " '' as population_vintage, current_date as valid_from, current_date as valid_to where false",
    )
    return models


def in_france(models: Models) -> list[tuple]:
    """Period, first and last day, and acts of France as a whole."""
    return models.connection.execute(
        f"select period, period_start, period_end, acts from {models.relation('int_house_calls__cube')}"
        " where geo_level = 'FRA' and sex = 'all' and age_scheme = 'all' order by all"
    ).fetchall()


def test_a_weekly_theme_has_its_weeks_and_nothing_else(tmp_path: Path) -> None:
    """The first week is there whole, and one of which nothing was reported between two others is zero."""
    models = of_periods(["week"], tmp_path)
    models.run(CUBE)
    assert in_france(models) == [
        ("week", sunday - dt.timedelta(6), sunday, acts) for sunday, acts in zip(SUNDAYS, (3, 0, 5), strict=True)
    ]


def test_a_theme_has_the_periods_that_it_declares(tmp_path: Path) -> None:
    """Days alone: no seven days and no weeks."""
    models = of_periods(["day"], tmp_path)
    models.run(CUBE)
    assert [row[0] for row in in_france(models)] == ["day"] * 15


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("check_periods(['month'])", "unknown period 'month'"),
        ("check_periods(['rolling7', 'week'])", "seven days are summed of days"),
        ("check_periods(['day', 'wave'])", "or the wave"),
        ("rate_of(dict(house_calls(), population=false), {}, 'calls', 'acts')", "a figure is divided by it"),
        ("check_provisional({'provisional_days': 3, 'indicators': {'lag_days': 7}})", "final before it is due"),
        ("indicator_of(dict(house_calls(), periods=['day']), 'house_calls', {})", "has no 'rolling7'"),
    ],
)
def test_periods_that_cannot_be_are_an_error(expression: str, problem: str) -> None:
    """That names them."""
    models = Models(Project.read(), duckdb.connect(), "memory", lambda *names: "none")
    node = {**models.project.nodes["int_house_calls__calendar"], "raw_code": f"{{% do {expression} %}}select 1"}
    models.project.nodes["int_house_calls__calendar"] = node
    with pytest.raises(AssertionError, match=problem):
        models.run(["int_house_calls__calendar"])
