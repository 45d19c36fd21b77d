"""The generic data tests, each on rows that must fail and on rows that must pass.

A data test that finds nothing is silent, so nothing else would show that it no longer looks.
"""

import re
from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.home import PROJECT

GENERIC = PROJECT / "tests" / "generic"
VARIABLES = {"checked_days": 35}


def sql_of(name: str, **arguments: Any) -> str:
    """The SQL of a generic test, rendered as dbt does: its `test` block is a macro."""
    text = (GENERIC / f"{name}.sql").read_text(encoding="utf-8")
    text = re.sub(r"{%(-?) *test ", r"{%\1 macro ", text)
    text = re.sub(r"{%(-?) *endtest", r"{%\1 endmacro", text)
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
    known = {
        "var": VARIABLES.__getitem__,
        "quoted": lambda values: ", ".join(f"'{value}'" for value in values),
        "last_day_of": lambda calendar: f"(select last_day from {calendar})",
        "themes": lambda one: [theme for theme in THEMES if theme["name"] == one],
        "places_of": lambda theme: ["dep", "reg"] if theme.get("finest", "dep") == "dep" else [theme["finest"]],
        "whole_of": lambda theme: {"level": "FRA", "code": "FR"},
        "cube_keys": lambda: ["period_end", "geo_level", "geo_code", "sex", "age_scheme", "age_class"],
    }
    module = environment.from_string(text, globals=known).module
    return getattr(module, name)(**arguments)


def found(test: str, table: str, rows: str, **arguments: Any) -> list[tuple]:
    """The rows that a generic test finds in a table `tested` with these columns (`table`) and `rows`, both SQL."""
    with duckdb.connect() as connection:
        connection.execute(f"create table tested ({table})")
        connection.execute("create table calendar as select date '2021-03-31' as last_day")
        if rows:
            connection.execute(f"insert into tested values {rows}")
        return connection.execute(sql_of(test, model="tested", **arguments)).fetchall()


def test_every_generic_test_is_tested_here() -> None:
    """No generic test without rows that must fail: its name stands in a test of this file."""
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    missing = [path.stem for path in GENERIC.glob("*.sql") if not any(name.startswith(path.stem) for name in here)]
    assert not missing


# ------------------------------------------------------------------ unique_rows

PAIRS = "place varchar, sampled_on date, people integer"


@pytest.mark.parametrize(
    "rows",
    [
        "('01', '2021-03-01', 1), ('01', '2021-03-01', 2)",
        "('01', '2021-03-01', 1), ('01', '2021-03-01', 1)",
        "(null, '2021-03-01', 1), (null, '2021-03-01', 1)",
    ],
)
def test_unique_rows_finds(rows: str) -> None:
    """The same key twice, with other or equal values, or with an empty part."""
    assert len(found("unique_rows", PAIRS, rows, columns=["place", "sampled_on"])) == 1


@pytest.mark.parametrize(
    "rows", ["", "('01', '2021-03-01', 1), ('01', '2021-03-02', 1)", "('01', '2021-03-01', 1), (null, '2021-03-01', 1)"]
)
def test_unique_rows_passes(rows: str) -> None:
    """Keys that differ in one column are different."""
    assert found("unique_rows", PAIRS, rows, columns=["place", "sampled_on"]) == []


# ------------------------------------------------------------------ cube_adds_up

CUBE = (
    "period_end date, geo_level varchar, geo_code varchar, sex varchar, age_scheme varchar, age_class varchar,"
    " present integer, cases integer"
)


def cube(**changed: int) -> str:
    """A cube of one day with two départements of one région, two sexes and two schemes, as SQL: it adds up, but for the
    cells in which `changed` says how many cases there are, by place, sex and class joined by `_`."""
    places = {"FR": ("FRA", 4), "84": ("REG", 4), "01": ("DEP", 3), "unknown": ("DEP", 1)}
    ages = {"all": ("all", 2), "young": ("halves", 1), "old": ("halves", 1), "adult": ("legal", 2)}
    rows = []
    for code, (level, share) in places.items():
        for sex, of_sex in {"all": 3, "F": 2, "unknown": 1}.items():
            for age, (scheme, of_age) in ages.items():
                cases = changed.get(f"{code}_{sex}_{age}", share * of_sex * of_age)
                rows.append(f"('2021-03-01', '{level}', '{code}', '{sex}', '{scheme}', '{age}', {2 * cases}, {cases})")
    return ", ".join(rows)


@pytest.mark.parametrize(
    ("changed", "axes"),
    [
        ({"FR_all_all": 25}, {"sex", "REG", "DEP", "halves", "legal"}),
        ({"01_F_young": 99}, {"sex", "DEP", "halves"}),
        ({"84_F_adult": 0}, {"sex", "REG", "legal"}),
        ({"01_all_all": 0}, {"sex", "DEP", "halves", "legal"}),
        ({"unknown_unknown_old": 2, "01_unknown_old": 2, "FR_unknown_old": 4, "84_unknown_old": 3},
         {"sex", "REG", "halves"}),
    ],
    ids=["the total", "a département", "a région", "no total", "what is unknown"],
)  # fmt: skip
def test_cube_adds_up_finds(changed: dict, axes: set) -> None:
    """Each axis along which parts make more or less than the total, in one cell of one day."""
    assert {row[0] for row in found("cube_adds_up", CUBE, cube(**changed), theme="small", measures=["cases"])} == axes


def test_cube_adds_up_looks_at_all_figures_unless_some_are_named() -> None:
    rows = cube().replace(
        "('2021-03-01', 'DEP', '01', 'F', 'all', 'all', 24,", "('2021-03-01', 'DEP', '01', 'F', 'all', 'all', 7,"
    )
    assert rows != cube()
    assert found("cube_adds_up", CUBE, rows, theme="small", measures=["cases"]) == []
    assert found("cube_adds_up", CUBE, rows, theme="two figures") != []


@pytest.mark.parametrize(("of_the_region", "axes"), [(4, []), (3, ["REG"])])
def test_cube_adds_up_looks_along_no_axis_that_the_theme_does_not_have(of_the_region: int, axes: list) -> None:
    """Of régions alone, without sexes and ages."""
    keys = "'2021-03-01', '{}', '{}', 'all', 'all', 'all', 0"
    rows = f"({keys.format('FRA', 'FR')}, 4), ({keys.format('REG', '84')}, {of_the_region})"
    wrong = found("cube_adds_up", CUBE, rows, theme="regions alone", measures=["cases"])
    assert [row[0] for row in wrong] == axes


@pytest.mark.parametrize("rows", ["", cube()])
def test_cube_adds_up_passes(rows: str) -> None:
    """Parts, unknown included, that make the total."""
    assert found("cube_adds_up", CUBE, rows, theme="two figures") == []


# ------------------------------------------------------------------ cube_is_complete


def days_of_cube(number: int = 3, *without: str) -> str:
    """The cube of one day on several days in a row, without the rows of the second day that hold one of some texts."""
    rows = []
    for day in range(1, number + 1):
        here = ["(" + row for row in cube().replace("2021-03-01", f"2021-03-0{day}").removeprefix("(").split(", (")]
        rows += [row for row in here if day != 2 or not any(text in row for text in without)]
    return ", ".join(rows)


@pytest.mark.parametrize(
    "without", ["'all', 'all', 'all'", "'halves', 'old'", "'DEP', '01'", "'unknown', 'legal'", "2021"]
)
def test_cube_is_complete_finds(without: str) -> None:
    """A day without its total, a class, a place, a cell of one sex, or without anything."""
    [(day, *_)] = found("cube_is_complete", CUBE, days_of_cube(3, without), theme="small")
    assert str(day) == "2021-03-02"


def test_cube_is_complete_finds_a_cell_that_stands_twice() -> None:
    rows = days_of_cube()
    assert len(found("cube_is_complete", CUBE, f"{rows}, {rows.split('), (')[0]})", theme="small")) == 1


@pytest.mark.parametrize("rows", ["", days_of_cube(1), days_of_cube(3)])
def test_cube_is_complete_passes(rows: str) -> None:
    """Every cell on every day."""
    assert found("cube_is_complete", CUBE, rows, theme="small") == []


# ------------------------------------------------------------------ falls_are_explained

CHANGES = "cell_level varchar, reason varchar, batch integer, visits integer, balance integer"


def test_falls_are_explained_finds() -> None:
    """A batch of new rows that takes away more visits than it brings, over all its cells."""
    rows = "('dep', 'new_rows', 1, 9, 0), ('dep', 'new_rows', 2, 1, 0), ('dep', 'new_rows', 2, -3, 0)"
    assert [row[0] for row in found("falls_are_explained", CHANGES, rows, theme="small")] == [2]


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "('dep', 'correction', 1, -3, 0), ('dep', 'deletion', 1, -3, 0)",
        "('dep', 'new_rows', 1, 0, -3)",
        "('hospital', 'new_rows', 1, -3, 0)",
        "('dep', 'new_rows', 1, -3, 0), ('dep', 'new_rows', 1, 3, 0)",
    ],
    ids=["nothing", "a correction", "a signed figure", "another level", "a visit that moves"],
)
def test_falls_are_explained_passes(rows: str) -> None:
    """What is said to be taken back, what may fall, and what stands elsewhere now."""
    assert found("falls_are_explained", CHANGES, rows, theme="small") == []


# ------------------------------------------------------------------ days_without_gap


def test_days_without_gap_finds() -> None:
    """The missing days themselves, over the end of a month."""
    rows = "('2021-02-27'), ('2021-03-01'), ('2021-03-01'), ('2021-03-04')"
    missing = found("days_without_gap", "day date", rows, column_name="day")
    assert sorted(str(day) for (day,) in missing) == ["2021-02-28", "2021-03-02", "2021-03-03"]


@pytest.mark.parametrize("rows", ["", "('2021-02-28')", "('2021-02-28'), ('2021-03-01'), ('2021-03-02')"])
def test_days_without_gap_passes(rows: str) -> None:
    """Consecutive days, one day, none."""
    assert found("days_without_gap", "day date", rows, column_name="day") == []


def test_days_without_gap_finds_a_gap_beside_an_empty_day() -> None:
    """An empty date does not hide a gap."""
    rows = "('2021-03-01'), (null), ('2021-03-03')"
    assert len(found("days_without_gap", "day date", rows, column_name="day")) == 1


# ------------------------------------------------------------------ no_silence

VISITS = "geo_level varchar, sex varchar, age_scheme varchar, period_end date, visits integer, calls integer"
IN_FRANCE = "('FRA', 'all', 'all', '{}', {}, 0)"


def silences(*days: str, **more: int) -> list[tuple]:
    """What no_silence finds when there was a visit on each of the days, and none on 15 March in France."""
    rows = [IN_FRANCE.format(day, 1) for day in days]
    rows += [IN_FRANCE.format("2021-03-15", 0), "('DEP', 'all', 'all', '2021-03-15', 1, 1)"]
    return found("no_silence", VISITS, ", ".join(rows), measures=["visits", "calls"], **more)


def test_no_silence_finds() -> None:
    """The first day after the silence and the last one before it; zeros and other places do not break it."""
    [found_days] = silences("2021-03-01", "2021-03-02", "2021-03-31")
    assert [str(day) for day in found_days] == ["2021-03-31", "2021-03-02"]
    assert len(silences("2021-03-01", "2021-03-09", days=7)) == 1


def test_no_silence_passes() -> None:
    """Four weeks without a visit may be."""
    assert silences("2021-03-01", "2021-03-02", "2021-03-30") == []


# ------------------------------------------------------------------ every_row_accounted

PARTS = ["used", "deduplicated", "superseded", "deleted", "quarantined", "erased", "withdrawn", "blank"]
DELIVERIES = "file varchar, rows_received bigint, " + ", ".join(f"rows_{part} bigint" for part in PARTS)


@pytest.mark.parametrize(
    "rows",
    [
        "('a', 10, 9, 0, 0, 0, 0, 0, 0, 0)",
        "('a', 10, 10, 1, 0, 0, 0, 0, 0, 0)",
        "('a', 10, 11, 0, 0, 0, -1, 0, 0, 0)",
        "('a', 10, 11, 0, 0, 0, 0, 0, 0, -1)",
        "('a', 10, null, 0, 0, 0, 0, 0, 0, 0)",
    ],
    ids=["lost", "counted twice", "negative", "negative blanks", "unknown"],
)
def test_every_row_accounted_finds(rows: str) -> None:
    """A delivery of which rows are lost, counted twice, or counted below zero."""
    assert len(found("every_row_accounted", DELIVERIES, rows)) == 1


@pytest.mark.parametrize("rows", ["", "('a', 36, 1, 2, 3, 4, 5, 6, 7, 8)", "('a', 0, 0, 0, 0, 0, 0, 0, 0, 0)"])
def test_every_row_accounted_passes(rows: str) -> None:
    """Parts that make what was received."""
    assert found("every_row_accounted", DELIVERIES, rows) == []


# ------------------------------------------------------------------ strata_add_up

STRATA = (
    "present integer, critical integer, other integer, cases integer, mild integer, died integer,"
    " balance integer, mild_balance integer"
)
THEME = {
    "name": "small",
    "finest": "dep",
    "flows": {"visits": {}, "balance": {"signed": True}},
    "age_schemes": ["halves", "legal"],
    "strata": {"unit": {"complete": True}, "symptoms": {}},
    "figures": {
        "present": {"strata": {"unit": {"critical": "critical", "other": "other"}}},
        "critical": {"strata": {}},
        "other": {"strata": {}},
        "cases": {"strata": {"symptoms": {"mild": "mild"}}},
        "mild": {"strata": {}, "within": "cases"},
        "died": {"strata": {}},
        "balance": {"strata": {"symptoms": {"mild": "mild_balance"}}, "signed": True},
        "mild_balance": {"strata": {}, "signed": True},
    },
}
#: The themes of which tests are told by name.
THEMES = [
    THEME,
    {**THEME, "name": "within", "figures": {**THEME["figures"], "cases": {"strata": {}}}},
    {**THEME, "name": "two figures", "figures": {"present": {}, "cases": {}}},
    {**THEME, "name": "regions alone", "age_schemes": [], "sexes": ["all"], "finest": "reg"},
]


@pytest.mark.parametrize(
    "rows",
    [
        "(5, 2, 2, 0, 0, 0, 0, 0)",
        "(1, 2, -1, 0, 0, 0, 0, 0)",
        "(5, 2, 3, 0, 0, -1, 0, 0)",
        "(-1, -1, 0, 0, 0, 0, 0, 0)",
        "(0, 0, 0, 1, 2, 0, 0, 0)",
    ],
    ids=["a part is missing", "a part is negative", "a figure is negative", "the total is negative", "more than all"],
)
def test_strata_add_up_finds(rows: str) -> None:
    """Patients lost between units, more in a class than in all, or fewer than none."""
    assert len(found("strata_add_up", STRATA, rows, theme="small")) == 1


@pytest.mark.parametrize("rows", ["", "(5, 2, 3, 4, 3, 7, 0, 0)", "(0, 0, 0, 0, 0, 0, 0, 0)"])
def test_strata_add_up_passes(rows: str) -> None:
    """Units that make the whole; of what is not complete, the rest is unknown."""
    assert found("strata_add_up", STRATA, rows, theme="small") == []


def test_strata_add_up_finds_more_in_a_measure_than_in_the_one_that_it_is_within() -> None:
    """Without the scheme that says so too."""
    assert len(found("strata_add_up", STRATA, "(0, 0, 0, 1, 2, 0, 0, 0)", theme="within")) == 1


def test_strata_add_up_lets_a_signed_figure_fall() -> None:
    """More in a class than in all, and both below zero: others have taken back more."""
    assert found("strata_add_up", STRATA, "(0, 0, 0, 0, 0, 0, -3, -1)", theme="small") == []


# ------------------------------------------------------------------ sound_indicator

SOUND = {
    "indicator": "positivity_rate", "geo_level": "DEP", "geo_code": "01", "period": "day",
    "period_start": "2021-03-31", "period_end": "2021-03-31", "sex": "all", "age_scheme": "all", "age_class": "all",
    "stratum_scheme": "all", "stratum": "all",
    "numerator": 1, "denominator": 10, "value": 10.0, "ci_low": 1.0, "ci_high": 30.0, "status": "final",
    "definition": "2020-12-08", "population_vintage": None,
}  # fmt: skip
NUMBERS = ("numerator", "denominator", "value", "ci_low", "ci_high")
TYPES = {name: "double" if name in NUMBERS else "date" if name.startswith("period_") else "varchar" for name in SOUND}
INDICATOR = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
NO_VALUE = {"value": None, "ci_low": None, "ci_high": None}


def unsound(of: dict[str, Any] | None = None, **changes: object) -> int:
    """How many rows sound_indicator, with the arguments `of`, finds in one sound row with some columns changed."""
    row = {**SOUND, **changes}
    values = ", ".join("null" if value is None else f"'{value}'" for value in row.values())
    return len(found("sound_indicator", INDICATOR, f"({values})", calendar="calendar", **(of or {})))


@pytest.mark.parametrize(
    "changes",
    [
        *({key: None} for key in ("indicator", "geo_level", "geo_code", "period", "period_start")),
        *({key: None} for key in ("sex", "age_scheme", "age_class", "definition", "status")),
        *({key: None} for key in ("stratum_scheme", "stratum")),
        {"stratum_scheme": "unit"},
        {"stratum": "critical"},
        {"period_start": "2021-04-01"},
        {"status": "unheard-of"},
        {"value": None, "ci_low": None, "ci_high": None},
        {"status": "not_applicable"},
        {"status": "suppressed"},
        {"value": -1, "ci_low": -2},
        {"value": 0.5},
        {"value": 31},
        {"value": "nan"},
    ],
    ids=str,
)
def test_sound_indicator_finds(changes: dict) -> None:
    """A missing key, an unknown status, a value that the status excludes or that leaves its interval."""
    assert unsound(**changes) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "provisional"},
        {"value": 1.0},
        {"stratum_scheme": "unit", "stratum": "critical"},
        {"value": 30.0},
        {"value": 0.0, "ci_low": 0.0},
        {"ci_low": None, "ci_high": None},
        {"status": "not_applicable", **NO_VALUE},
        {"status": "suppressed", "numerator": None, "denominator": None, **NO_VALUE},
        {"population_vintage": "COG 2026"},
        {"period_end": "2021-02-24", "period_start": "2021-02-24", "value": -1},
    ],
    ids=str,
)
def test_sound_indicator_passes(changes: dict) -> None:
    """Rows as they should be; and what is older than `checked_days` is not looked at."""
    assert unsound(**changes) == 0


def test_sound_indicator_looks_at_the_periods_that_it_names() -> None:
    wrong = {"period": "week", "value": 31}
    assert unsound(**wrong) == 0
    assert unsound({"periods": ["week"]}, **wrong) == 1


def test_sound_indicator_of_a_change_may_be_below_zero_and_within_its_interval() -> None:
    fall = {"value": -20, "ci_low": -30, "ci_high": -10}
    assert unsound(**fall) == 1
    assert unsound({"signed": True}, **fall) == 0
    assert unsound({"signed": True}, **{**fall, "value": -31}) == 1


# ------------------------------------------------------------------ covered_or_explained

COVERAGE = "id varchar, is_covered boolean, covered_by varchar, why_not_fr varchar, why_not_en varchar"


@pytest.mark.parametrize(
    "row",
    [
        "('a', false, 'cases', null, null)",
        "('a', true, 'cases', 'La source.', 'The source.')",
        "('a', false, null, null, null)",
        "('a', false, '', 'La source.', '')",
    ],
    ids=["by nothing that exists", "and explained away", "neither", "in one language"],
)
def test_covered_or_explained_finds(row: str) -> None:
    """One official indicator of which not both or not one thing is said."""
    assert len(found("covered_or_explained", COVERAGE, row)) == 1


def test_covered_or_explained_passes() -> None:
    """One that is covered, and one of which it is said why it is not."""
    rows = "('a', true, 'cases', null, ''), ('b', false, '', 'La source.', 'The source.')"
    assert found("covered_or_explained", COVERAGE, rows) == []
