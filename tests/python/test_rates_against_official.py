"""The product's formulas for rates, on the official files that publish counts and rates side by side.

`Ti = 1e5 P / pop`, `Tp = 100 P / T`, `Td = 1e5 T / pop`, published with two decimals. The publisher computes them in
single precision and rounds half to even: so recomputed, every one of the 51,045 published rates is exact. In double
precision 13 Td and 1 Ti of the regional file differ from the published figure, always by one hundredth, and only where
the exact rate lies so near the middle of two hundredths (0.0002) that single precision falls on the other side.
"""

from __future__ import annotations

import duckdb
import jinja2
import pytest
from official_files import ARCHIVE, EXTRACT, official_file
from small_epidemic import REPOSITORY

FRANCE, REGIONS = "sidep/sp-fra-day_2022-06-28", "sidep/sp-reg-day_2022-06-28"
#: Files with their rows.
FILES = [
    pytest.param(ARCHIVE, FRANCE, 774, marks=pytest.mark.archive, id="fra"),
    pytest.param(ARCHIVE, REGIONS, 16_241, marks=pytest.mark.archive, id="reg"),
    pytest.param(EXTRACT, FRANCE, 64, id="fra-extract"),
    # The rows of the double precision below are all in it.
    pytest.param(EXTRACT, REGIONS, 57, id="reg-extract"),
]
#: Published rate -> (the macro, its numerator and its denominator).
RATES = {
    "Ti": ("rate_per_100k", "p", "pop"),
    "Tp": ("percentage", "p", "t"),
    "Td": ("rate_per_100k", "t", "pop"),
}
SCALES = {"rate_per_100k": "1e5", "percentage": "100"}
#: Rates that double precision rounds otherwise than the publisher did.
DIFFER_IN_DOUBLE = {FRANCE: {"Ti": 0, "Tp": 0, "Td": 0}, REGIONS: {"Ti": 1, "Tp": 0, "Td": 13}}


@pytest.fixture(scope="module")
def macros():
    """The product's macros for rates, as functions from SQL to SQL."""
    text = (REPOSITORY / "macros" / "rates" / "rates.sql").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=False).from_string(text).module


@pytest.fixture
def published(folder, name, rows):
    """A connection with the official file as the table `published`."""
    path = official_file(folder, name)
    numbers = ", ".join(
        f"replace({name}, ',', '.')::double as {alias}"
        for name, alias in [("pop", "pop"), ("P", "p"), ("T", "t"), ("Ti", '"Ti"'), ("Tp", '"Tp"'), ("Td", '"Td"')]
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"create table published as select {numbers} from"
            f" read_csv('{path}', delim = ';', all_varchar = true, header = true)"
        )
        assert connection.execute("select count(*) from published").fetchall() == [(rows,)]
        yield name, connection


@pytest.mark.parametrize(("folder", "name", "rows"), FILES)
def test_published_rates_in_single_precision_are_all_exact(published):
    name, connection = published
    for rate, (macro, part, whole) in RATES.items():
        single = f"(({SCALES[macro]} * {part})::float / nullif({whole}, 0)::float)::double"
        query = f"""select count(*) from published where round_even({single}, 2) is distinct from "{rate}" """
        assert connection.execute(query).fetchall() == [(0,)], (name, rate)


@pytest.mark.parametrize(("folder", "name", "rows"), FILES)
def test_formulas_give_the_published_rates(published, macros):
    name, connection = published
    for rate, (macro, part, whole) in RATES.items():
        formula = getattr(macros, macro)(part, whole)
        rounded = macros.official_rounding(formula)
        query = f"""
            select count(*), max(abs({rounded} - "{rate}")), max(abs(({formula}) - "{rate}"))
            from published where {rounded} is distinct from "{rate}"
            """
        differ, furthest, distance = connection.execute(query).fetchall()[0]
        assert differ == DIFFER_IN_DOUBLE[name][rate], (name, rate, differ)
        if differ:
            assert furthest == pytest.approx(0.01)
            assert distance < 0.0052
    empty = connection.execute('select count(*) from published where ("Tp" is null) <> (t = 0)').fetchall()
    assert empty == [(0,)]


@pytest.mark.archive
def test_the_rates_of_the_school_file_agree_with_each_other():
    path = official_file(ARCHIVE, "sidep/sp-ti-tp-td-heb-dep-18ans_2022-01-12")
    with duckdb.connect() as connection:
        rows, differ = connection.execute(
            f"""
            select count(*), count(*) filter (abs(tp - 100 * ti / td) > 0.02)
            from read_csv('{path}', delim = ';', header = true) where td > 0
            """
        ).fetchall()[0]
    assert rows > 60_000 and differ == 0
