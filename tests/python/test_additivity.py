"""On every axis the classes and what is unknown make the total: in the cubes of an epidemic, and in a release."""

from __future__ import annotations

import json

import pandas as pd
import pytest

KEYS = ["geo_level", "geo_code", "period", "period_start", "period_end", "sex", "age_scheme", "age_class"]
NO_COUNT = {*KEYS, "population", "population_vintage", "status", "definition"}


@pytest.fixture(scope="module")
def cubes(epidemic):
    """A connection with the tables `cube` and `local_cube`, and the names of their counts."""
    with epidemic.connect() as connection:
        counts = {}
        for name in ("cube", "local_cube"):
            connection.execute(f"create temp table {name} as select * from {epidemic.relation(f'int_testing__{name}')}")
            columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
            counts[name] = [column for column in columns if column not in NO_COUNT]
        yield connection, counts


def differences(connection, counts: list[str], parts: str, whole: str) -> tuple[int, int, pd.DataFrame]:
    """Sums that are compared, sums that differ, and some of these.

    `parts` and `whole` are queries that give the same keys, and the counts as sums and as totals.
    """
    wrong = " + ".join(f"(parts.{count} is distinct from whole.{count})::int" for count in counts)
    joined = f"from ({parts}) as parts full join ({whole}) as whole using (key)"
    rows, differing = connection.execute(f"select count(*), sum({wrong})::bigint {joined}").fetchall()[0]
    sample = connection.execute(f"select * {joined} where {wrong} > 0 limit 5").df() if differing else pd.DataFrame()
    return rows * len(counts), differing or 0, sample


@pytest.fixture
def prove(record_property):
    """Asserts that sums were compared and none differs, and records how many."""

    def asserted(what: str, compared: int, wrong: int, sample: pd.DataFrame) -> None:
        assert compared
        assert not wrong, f"{what}: {wrong:,} of {compared:,} sums differ:\n{sample.to_string()}"
        record_property("proof", f"{what}: {compared:,} sums compared, all equal")

    return asserted


def check(prove, cubes, cube: str, axis: list[str], parts: str, whole: str) -> None:
    """Assert that the rows `parts` of a cube sum to the rows `whole`, all other keys being equal."""
    connection, counts = cubes
    others = [key for key in KEYS if key not in axis]
    key = f"struct_pack({', '.join(others)})::varchar as key"
    sums = ", ".join(f"sum({count})::bigint as {count}" for count in counts[cube])
    compared = differences(
        connection,
        counts[cube],
        f"select {key}, {sums} from {cube} where {parts} group by all",
        f"select {key}, {', '.join(counts[cube])} from {cube} where {whole}",
    )
    prove(f"{cube}, {parts} against {whole}", *compared)


@pytest.mark.parametrize("scheme", ["age10", "age15", "school"])
def test_ages(prove, cubes, scheme):
    check(prove, cubes, "cube", ["age_class", "age_scheme"], f"age_scheme = '{scheme}'", "age_scheme = 'all'")


def test_sexes(prove, cubes):
    check(prove, cubes, "cube", ["sex"], "sex <> 'all'", "sex = 'all'")


@pytest.mark.parametrize("level", ["REG", "DEP"])
def test_places(prove, cubes, level):
    check(prove, cubes, "cube", ["geo_code", "geo_level"], f"geo_level = '{level}'", "geo_level = 'FRA'")


def test_regions_are_their_departements(prove, epidemic, cubes):
    connection, counts = cubes
    key = "struct_pack(geo_code, period, period_end, sex, age_scheme, age_class)::varchar as key"
    sums = ", ".join(f"sum({count})::bigint as {count}" for count in counts["cube"])
    compared = differences(
        connection,
        counts["cube"],
        f"""
        select {key}, {sums}
        from (
            select cube.* replace (coalesce(reg, 'unknown') as geo_code)
            from cube left join {epidemic.seed("departements")} on dep = geo_code where geo_level = 'DEP'
        )
        group by all
        """,
        f"select {key}, {', '.join(counts['cube'])} from cube where geo_level = 'REG'",
    )
    prove("cube, départements against regions", *compared)


def test_local_ages(prove, cubes):
    check(prove, cubes, "local_cube", ["age_class", "age_scheme"], "age_scheme = '65plus'", "age_scheme = 'all'")


@pytest.mark.parametrize("level", ["EPCI", "COM", "IRIS"])
def test_local_places(prove, cubes, level):
    """Local places and the unknown one make France: ages all, which both cubes have."""
    connection, counts = cubes
    key = "struct_pack(period, period_end)::varchar as key"
    shared = counts["local_cube"]
    sums = ", ".join(f"sum({count})::bigint as {count}" for count in shared)
    compared = differences(
        connection,
        shared,
        f"select {key}, {sums} from local_cube where geo_level = '{level}' and age_scheme = 'all' group by all",
        f"""
        select {key}, {", ".join(shared)} from cube
        where geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'
            and (period, period_end) in (select (period, period_end) from local_cube where geo_level = '{level}')
        """,
    )
    prove(f"local_cube, {level} against France", *compared)


def test_metropoles_are_their_epci(prove, cubes):
    connection, counts = cubes
    key = "struct_pack(geo_code, period, period_end, age_scheme, age_class)::varchar as key"
    shared = ", ".join(counts["local_cube"])
    compared = differences(
        connection,
        counts["local_cube"],
        f"select {key}, {shared} from local_cube where geo_level = 'METRO'",
        f"""
        select {key}, {shared} from local_cube where geo_level = 'EPCI'
            and geo_code in (select geo_code from local_cube where geo_level = 'METRO')
        """,
    )
    prove("local_cube, métropoles against EPCI", *compared)


def test_windows_are_sums_of_days(prove, cubes):
    connection, counts = cubes
    key = "struct_pack({period}, {end}, geo_level, geo_code, sex, age_scheme, age_class)::varchar as key"
    sums = ", ".join(f"sum({count})::bigint as {count}" for count in counts["cube"])
    where = "geo_level in ('FRA', 'REG') and sex = 'all' and age_scheme in ('all', 'school')"
    for period in ("rolling7", "week"):
        compared = differences(
            connection,
            counts["cube"],
            f"""
            with ends as (select distinct period_end as ended from cube where period = '{period}')
            select {key.format(period=f"period := '{period}'", end="period_end := ended")}, {sums}
            from cube inner join ends on period_end between ended - 6 and ended where period = 'day' and {where}
            group by all
            """,
            f"select {key.format(period='period', end='period_end')}, {', '.join(counts['cube'])} from cube"
            f" where period = '{period}' and {where}",
        )
        prove(f"cube, {period} against days", *compared)


def test_populations(run):
    """Populations of classes, sexes, départements and local places sum to those of the whole."""
    with run.connect() as connection:
        people = connection.execute(f"select * from {run.relation('int_referential__population')}").df()
    assert people["population"].ge(0).all()
    by_cell = ["valid_from", "geo_level", "geo_code", "sex", "age_scheme"]
    by_class = people.groupby(by_cell)["population"].sum().unstack("age_scheme")
    for scheme in ("age10", "age15", "school", "65plus"):
        both = by_class[[scheme, "all"]].dropna()
        assert len(both) > 100
        assert both[scheme].to_numpy() == pytest.approx(both["all"].to_numpy(), rel=1e-9)
    by_sex = people[people["sex"] != "all"].groupby(["valid_from", "geo_level", "geo_code", "age_scheme", "age_class"])
    cell = ["valid_from", "geo_level", "geo_code", "age_scheme", "age_class"]
    wanted = people[people["sex"] == "all"].set_index(cell)
    found = by_sex["population"].sum()
    assert found.to_numpy() == pytest.approx(wanted["population"].loc[found.index].to_numpy(), rel=1e-9)
    totals = people[(people["age_scheme"] == "all") & (people["sex"] == "all")].groupby("geo_level")["population"].sum()
    for level in ("REG", "DEP", "COM", "IRIS"):
        assert totals[level] == pytest.approx(totals["FRA"], rel=1e-9)


def test_released_files_agree_with_each_other(run):
    """Départements never exceed France in the published files, nor women and men together."""
    release = run.home / "releases" / "latest"
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    paths = {r["name"]: release / r["path"] for r in package["resources"] if isinstance(r["path"], str)}
    counts = ["P", "T"]
    france, departements, sexes = (
        pd.read_csv(paths[name], sep=";", dtype={"cl_age90": str, "dep": str}).sort_values(["jour", "cl_age90"])
        for name in ("sp-fra-quot", "sp-dep-quot", "sp-pos-quot-fra")
    )
    located = departements.groupby(["jour", "cl_age90"])[counts].sum()
    whole = france.set_index(["jour", "cl_age90"])[counts]
    assert len(whole) and located.index.equals(whole.index)
    assert (located <= whole).all(axis=None)
    assert (located < whole).any(axis=None), "no test without a known département"
    assert (sexes["P_f"] + sexes["P_h"] <= sexes["P"]).all()
    assert (sexes["T_f"] + sexes["T_h"] <= sexes["T"]).all()
    for name, frame, place in (("France", france, []), ("département", departements, ["dep"])):
        ages = frame[frame["cl_age90"] != "0"].groupby(["jour", *place])[counts].sum()
        everyone = frame[frame["cl_age90"] == "0"].set_index(["jour", *place])[counts]
        assert (ages <= everyone).all(axis=None), f"ages exceed all ages: {name}"
