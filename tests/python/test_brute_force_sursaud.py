"""Every cell of the indicators and of the official tables of SurSaUD, computed a second time from the delivered files.

Three weeks in the middle of which the codes of age change, with every disturbance and with old visits that come in
after the change; taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from brute_force_sursaud import COLUMNS, figures
from rendered_models import Project
from small_epidemic import REPOSITORY, SEEDS
from test_as_of import Rendered
from test_same_as_rebuild import GIVEN
from test_simulator_sursaud import CHANGE, END, OFTEN, START

from orchestration.home import Home
from orchestration.simulator import simulate

#: Of each indicator its feed, what it counts and out of what.
INDICATORS = {
    "emergency_visits": ("oscour", "total", None),
    "emergency_coding_rate": ("oscour", "coded", "total"),
    "emergency_visits_covid": ("oscour", "covid", None),
    "emergency_visits_covid_share": ("oscour", "covid", "coded"),
    "hospitalisations_after_emergency_visit": ("oscour", "hospitalised", None),
    "hospitalised_share_after_emergency_visit": ("oscour", "hospitalised", "covid"),
    "house_calls": ("sos_medecins", "total", None),
    "house_calls_coding_rate": ("sos_medecins", "coded", "total"),
    "house_calls_covid": ("sos_medecins", "covid", None),
    "house_calls_covid_share": ("sos_medecins", "covid", "coded"),
}
#: Those that are not divided by sex.
OF_ALL = {"covid_share_of_hospitalisations": ("oscour", "hospitalised", "stayed")}
TO_DATE = "cumulative_emergency_visits_covid"
HOSPITALS = "emergency_hospitals_coding"
#: Of fewer no share is published.
FEWEST = 20

LEVELS = {"dep": "departement", "reg": "region", "fra": "france"}
TABLES = {
    (level, period): f"sursaud_{name}_{place}"
    for level, place in LEVELS.items()
    for period, name in {"day": "quotidien", "week": "hebdomadaire"}.items()
}
MEASURES = {
    "nbre_pass_corona": ("oscour", "covid"), "nbre_pass_tot": ("oscour", "coded"),
    "nbre_hospit_corona": ("oscour", "hospitalised"),
    "nbre_acte_corona": ("sos_medecins", "covid"), "nbre_acte_tot": ("sos_medecins", "coded"),
}  # fmt: skip
KEYS = "geo_level, geo_code, period, period_start, period_end, sex, age_scheme, age_class"


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on the deliveries of both feeds, and beside the models `<feed>_figures` and `<feed>_senders`."""
    home = Home(tmp_path_factory.mktemp("sursaud") / "home")
    for feed in COLUMNS:
        simulate(home, feed, "builtin", START, END, 5, OFTEN, size=12_000)
    names = [*INDICATORS, *OF_ALL, TO_DATE, HOSPITALS, *TABLES.values()]
    runs = Rendered(home, Project.read(), names[0], names[1:])
    everything, runs.order = (
        runs.order,
        runs.project.upstream(["int_emergency__cube_windows", "int_house_calls__cube_windows", names[0]], given=GIVEN),
    )
    for day in (CHANGE - dt.timedelta(days=4), CHANGE, CHANGE + dt.timedelta(days=1)):
        runs.run(day)
    runs.order = everything
    runs.run(END)
    for feed in COLUMNS:
        second = figures(home.root, feed, SEEDS / "departements.csv")
        [(late,)] = second.execute(
            f"select count(*) from good where age between 'A' and 'E' and received_on > '{CHANGE}'"
        ).fetchall()
        assert late > 50, "visits under the old codes that come in after the change"
        for table in ("figures", "senders"):
            path = Path(runs.home.root / f"{feed}_{table}.parquet")
            second.execute(f"copy {table} to '{path}'")
            runs.connection.execute(f"create table {feed}_{table} as from '{path}'")
    return runs


def cells_of(way: Rendered, name: str, expected: str) -> int:
    """Assert that an indicator has the rows of `expected` (keys, numerator, denominator), no other, and their shares;
    the number of rows."""
    provisional = way.project.variables["provisional_days"]
    interval = "numerator + {z} * {z} / 2 {side} {z} * sqrt(numerator * (1 - numerator / denominator) + {z} * {z} / 4)"
    low, high = (
        f"100 * ({interval.format(side=side, z=1.959964)}) / (denominator + 1.959964 * 1.959964)" for side in "-+"
    )
    [(both, wrong)] = way.connection.execute(
        f"""
        with expected as (
            select *,
                case when denominator is null then numerator
                    when denominator >= {1 if name == HOSPITALS else FEWEST} then 100 * numerator / denominator
                end as value
            from ({expected})
        ),
        told as (
            select *,
                case when value is null then 'not_applicable'
                    when period_end > date '{END}' - {provisional} then 'provisional' else 'final' end as status,
                case when value is not null and denominator is not null then {low} end as low,
                case when value is not null and denominator is not null then {high} end as high
            from expected
        )
        select count(*), count(*) filter (
            told.geo_code is null or found.geo_code is null
            or found.numerator is distinct from told.numerator::double
            or found.denominator is distinct from told.denominator::double
            or (found.value is null) <> (told.value is null) or abs(found.value - told.value) > 1e-9
            or found.status <> told.status
            or '{name}' <> '{HOSPITALS}' and told.denominator is not null and (
                (found.ci_low is null) <> (told.low is null) or abs(found.ci_low - greatest(told.low, 0)) > 1e-9
                or abs(found.ci_high - least(told.high, 100)) > 1e-9
            )
        )
        from told full join {way.table(name)} as found using ({KEYS})
        """
    ).fetchall()
    assert wrong == 0, f"{wrong} of {both} rows of {name} differ"
    return both


@pytest.mark.parametrize("name", [*INDICATORS, *OF_ALL])
def test_every_cell_of_an_indicator(way, name, record_property):
    feed, part, whole = (INDICATORS | OF_ALL)[name]
    sexes = "'all'" if name in OF_ALL else "'all', 'F', 'M', 'unknown'"
    rows = cells_of(
        way,
        name,
        f"select {KEYS}, {part} as numerator, {whole or 'null'} as denominator from {feed}_figures"
        f" where sex in ({sexes})",
    )
    # 21 days, 15 times seven days and 3 weeks.
    places = 1 + len(set(regions(way).values())) + len(regions(way)) + 2
    assert rows == places * (21 + 15 + 3) * len(sexes.split(",")) * (1 + 6 + 7)
    if whole:
        shares = way.connection.execute(
            f"select count(value), count(*) filter (value is null and denominator > 0) from {way.table(name)}"
        )
        assert all(number > 100 for number in shares.fetchone())
    record_property("proof", f"{name}: {rows:,} cells computed a second time, all equal")


def test_every_cell_of_the_visits_to_date(way, record_property):
    rows = cells_of(
        way,
        TO_DATE,
        f"select geo_level, geo_code, 'cumulative' as period, date '{START}' as period_start, period_end, sex,"
        " age_scheme, age_class, sum(covid) over (partition by geo_level, geo_code order by period_end) as numerator,"
        " null as denominator from oscour_figures where period = 'day' and sex = 'all' and age_scheme = 'all'",
    )
    record_property("proof", f"{TO_DATE}: {rows:,} cells computed a second time, all equal")


@pytest.mark.parametrize("name", [name for name, (_, _, whole) in (INDICATORS | OF_ALL).items() if whole])
def test_the_page_says_below_what_a_share_is_not_given(name):
    """In both languages, and it is what the project says."""
    [path] = (REPOSITORY / "models" / "marts").glob(f"*/{name}.md")
    french, english = path.read_text(encoding="utf-8").split("--- en ---")
    assert f"au-dessous de {FEWEST} " in french and f"below {FEWEST} " in english
    assert Project.read().variables["minimum_coded"] == FEWEST


def test_every_cell_of_the_hospitals_that_code(way, record_property):
    rows = cells_of(
        way,
        HOSPITALS,
        "select geo_level, geo_code, period, period_start, period_end, 'all' as sex, 'all' as age_scheme,"
        " 'all' as age_class, coded as numerator, total as denominator from oscour_senders",
    )
    [(silent,)] = way.connection.execute("select count(*) from oscour_senders where coded < total").fetchall()
    assert silent > 100
    record_property("proof", f"{HOSPITALS}: {rows:,} cells computed a second time, all equal")


def regions(way: Rendered) -> dict[str, str]:
    """The region of each département."""
    return dict(
        way.connection.execute(
            f"select dep, reg from read_csv('{SEEDS / 'departements.csv'}', all_varchar = true)"
        ).fetchall()
    )


@pytest.fixture(scope="module")
def found(way) -> Counter:
    """What is not zero of the second computation: (feed, measure, level, place, period end, sex, scheme, class)."""
    cells = Counter()
    for feed in COLUMNS:
        rows = way.connection.execute(
            f"select geo_level, geo_code, period, period_end, sex, age_scheme, age_class, coded, covid, hospitalised"
            f" from {feed}_figures where coded > 0"
        ).fetchall()
        for *cell, coded, covid, hospitalised in rows:
            for measure, number in (("coded", coded), ("covid", covid), ("hospitalised", hospitalised)):
                cells[feed, measure, *cell] = number
    return cells


@pytest.mark.parametrize(("level", "period"), list(TABLES))
def test_every_cell_of_an_official_table(way, found, level, period, record_property):
    """The classes of before in what begins before the change, those of today from it on; empty cells are empty."""
    region = regions(way)
    known = {
        dep for feed in COLUMNS for (dep,) in way.connection.execute(
            f"select geo_code from {feed}_figures where geo_level = 'DEP' and total > 0 and geo_code <> 'unknown'"
        ).fetchall()
    }  # fmt: skip
    deps = known - {"977", "978"}
    islands = {"977": "07", "978": "08"}
    places = {
        "dep": {dep: [("DEP", dep)] for dep in deps},
        "reg": {islands.get(region[dep], region[dep]): [("REG", region[dep])] for dep in known},
        "fra": {"FR": [("DEP", dep) for dep in deps]},
    }[level]
    ends = [START + dt.timedelta(days=n) for n in range(21)]
    expected = {}
    for place, parts in places.items():
        for end in ends if period == "day" else ends[6::7]:
            start = end if period == "day" else end - dt.timedelta(days=6)
            codes = {"0": ("all", "all")}
            if start >= CHANGE:
                codes |= dict(
                    zip("123456", [("sursaud6", c) for c in ("04", "14", "44", "64", "74", "75")], strict=True)
                )
            else:
                codes |= dict(zip("ABCDE", [("sursaud", c) for c in ("14", "44", "64", "74", "75")], strict=True))
            when = str(end) if period == "day" else "{}-S{:02}".format(*end.isocalendar())
            for code, age in codes.items():
                expected[place, when, code] = row_of(found, parts, period, end, code, age, keeps_zero=level == "dep")
    told = way.connection.execute(f"from {way.table(TABLES[level, period])}")
    columns = [column[0] for column in told.description]
    rows = {(row[0], str(row[1]), row[2]): dict(zip(columns[3:], row[3:], strict=True)) for row in told.fetchall()}
    assert set(rows) == set(expected)
    differing = {cell: (expected[cell], rows[cell]) for cell in rows if rows[cell] != expected[cell]}
    assert not differing, list(differing.items())[:3]
    assert {code for _, _, code in rows} == set("0ABCDE123456")
    record_property("proof", f"{TABLES[level, period]}: {15 * len(rows):,} cells computed a second time, all equal")


def row_of(
    found: Counter, parts: list[tuple[str, str]], period: str, end: dt.date, code: str, age: tuple, keeps_zero: bool
) -> dict[str, int | None]:
    """The counts of a row of an official table, of the parts that a place is the sum of."""

    def count(feed: str, measure: str, sex: str) -> int:
        return sum(found[feed, measure, *part, period, end, sex, *age] for part in parts)

    row = {}
    for column, (feed, measure) in MEASURES.items():
        for suffix, sex in (("", "all"), ("_h", "M"), ("_f", "F")):
            number = count(feed, measure, sex)
            is_empty = count(feed, "coded", "all") == 0 if keeps_zero else number == 0
            row[column + suffix] = None if is_empty or (suffix and code != "0") else number
    return row
