"""The files of an indicator, month by month: what is written again, and that it is what writing all of it gives."""

import datetime as dt
import gzip
import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.gate import Verdict
from orchestration.release import series
from orchestration.release.build import same_rows
from orchestration.release.declarations import Breakdown, Declarations, Indicator, Slice
from orchestration.release.files import FOLDER, LastGood
from orchestration.release.open_data import Dataset, datasets, write_datasets
from orchestration.release.series import where

FIRST, LAST = dt.date(2020, 7, 1), dt.date(2020, 10, 20)
MONTHS = ["2020-07", "2020-08", "2020-09", "2020-10"]
TEXT = {"fr": "Cas", "en": "Cases"}
#: Days on which figures of the view `around` rest, beside the seven up to a day.
AROUND = {"before": 14, "after": 3}


def _node(name: str, parents: list[str], materialized: str, meta: dict | None = None) -> dict:
    return {
        "unique_id": f"model.vigie.{name}", "name": name, "resource_type": "model", "schema": "main", "fqn": [name],
        "config": {"materialized": materialized, "meta": meta or {}}, "columns": {},
        "depends_on": {"nodes": [f"model.vigie.{parent}" for parent in parents]},
    }  # fmt: skip


def _indicator(name: str, periods: list[str], **more) -> dict:
    axes = {"period": periods, "sex": ["all"], "age": ["all"]}
    return {
        "kind": "indicator", "title": TEXT, "unit": TEXT, "source": "sidep", "definition": "2020-07-01",
        "breakdowns": [{"geo": ["FRA", "DEP"], **axes}],
        "open_data": [
            {"name": f"{name}-fra", "geo": ["FRA"], **axes}, {"name": f"{name}-dep", "geo": ["DEP"], **axes},
        ],
        **more,
    }  # fmt: skip


@pytest.fixture
def manifest() -> dict:
    tables = ["int_t__cube_days", "int_t__calendar", "int_population"]
    nodes = [
        _node("int_t__batches", [], "incremental"),
        _node("int_t__changes", ["int_t__batches"], "incremental", {"sealed": {"batches": "int_t__batches"}}),
        _node("int_t__cube_days", ["int_t__changes"], "incremental"),
        _node("int_t__calendar", ["int_t__changes"], "table", {"provisional_days": 3}),
        _node("int_population", [], "table"),
        _node("int_t__cube", tables, "view"),
        _node("cases", ["int_t__cube"], "view", {"vigie": _indicator("cases", ["day"], figures=["value"])}),
        _node("rate", ["int_t__cube"], "view", {"vigie": _indicator("rate", ["day"], population=True)}),
        _node("to_date", ["int_t__cube"], "view", {"vigie": _indicator("to-date", ["cumulative"])}),
        _node("windows", ["int_t__changes", "int_t__calendar"], "view", {"vigie": _indicator("windows", ["rolling7"])}),
        _node("around", ["int_t__cube"], "view", {"vigie": _indicator("around", ["day"], reach=AROUND)}),
    ]
    return {"nodes": {node["unique_id"]: node for node in nodes}, "sources": {}}


@pytest.fixture
def con(tmp_path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(tmp_path / "warehouse.duckdb"), config={"threads": 1})
    connection.execute(
        f"""
        create table int_t__batches as select 'sidep' as feed, 1 as delivery, 1::bigint as batch, 7 as generation;
        create table int_t__changes as
            select 'dep' as cell_level, d::date as day, dep as place, (3 + hash(d, dep) % 50)::bigint as n,
                1::bigint as batch
            from range(date '{FIRST}', date '{LAST}' + 1, interval 1 day) r(d), (values ('01'), ('2A')) p(dep);
        insert into int_t__changes values ('delivery', '{FIRST}', '1', 0, 1);
        create table int_t__cube_days as select day as period_end, place, n, batch from int_t__changes
            where cell_level = 'dep';
        create table int_t__calendar as select date '{FIRST}' as first_day, date '{LAST}' as last_day,
            date '{LAST}' as received_until;
        create table int_population as select '01' as place, 1000 as population, '2020' as vintage
            union all select '2A', 3000, '2020';
        create view int_t__cube as
            select case when grouping(place) = 0 then 'DEP' else 'FRA' end as geo_level,
                coalesce(place, 'FR') as geo_code, period_end, sum(n) as n, sum(population) as population,
                any_value(vintage) as vintage,
                case when period_end > any_value(received_until) - 3 then 'provisional' else 'final' end as status
            from int_t__cube_days join int_population using (place) cross join int_t__calendar
            group by grouping sets ((period_end, place), (period_end));
        """
    )
    row = """select '{0}' as indicator, geo_level, geo_code, '{1}' as period, {2} as period_start, period_end,
        'all' as sex, 'all' as age_scheme, 'all' as age_class, 'all' as stratum_scheme, 'all' as stratum,
        {3}::double as numerator, {4}::double as denominator, {3} / {5} as value,
        null::double as ci_low, null::double as ci_high, status, '2020-07-01' as definition,
        {6}::varchar as population_vintage"""
    to_date = "sum(n) over (partition by geo_level, geo_code order by period_end)"
    around = f"{to_date[:-1]} rows between 20 preceding and 3 following)"
    views = {
        "around": (row.format("around", "day", "period_end", around, "null", "1.0", "null"), "int_t__cube"),
        "cases": (row.format("cases", "day", "period_end", "n", "null", "1.0", "null"), "int_t__cube"),
        "rate": (row.format("rate", "day", "period_end", "n", "population", "population", "vintage"), "int_t__cube"),
        "to_date": (
            row.format("to_date", "cumulative", "first_day", to_date, "null", "1.0", "null"),
            "int_t__cube cross join int_t__calendar",
        ),
        "windows": (
            row.format("windows", "rolling7", "period_end - 6", "n", "null", "1.0", "null"),
            """(select 'DEP' as geo_level, place as geo_code, d::date as period_end, sum(n) as n, 'final' as status
                from int_t__calendar, range(first_day + 6, last_day + 1, interval 1 day) r(d)
                join int_t__changes on day between d::date - 6 and d::date and cell_level = 'dep' group by all)""",
        ),
    }  # fmt: skip
    for name, (columns, source) in views.items():
        connection.execute(f"create view {name} as {columns} from {source}")
    return connection


@pytest.fixture
def make(con, manifest, tmp_path, monkeypatch):
    """Writes the files beside those written before, or from nothing; gives the folder, the datasets and the months that
    were computed, by dataset."""
    written: list[Path] = []
    copy_rows = series.copy_rows
    monkeypatch.setattr(series, "copy_rows", lambda c, q, path, **o: written.append(path) or copy_rows(c, q, path, **o))
    made: list[SimpleNamespace] = []

    def run(nothing: bool = False, rules: str = "rules", data: str = "") -> SimpleNamespace:
        declarations = Declarations(json.loads(json.dumps(manifest)))
        found = datasets(declarations)
        state = data or str(len(made))
        verdicts = {d.node: Verdict(d.node, state, frozenset(), (), rules) for d in found}
        staging = tmp_path / "releases" / f"2020-10-{len(made) + 1:02d}"
        staging.mkdir(parents=True)
        written.clear()
        before = LastGood() if nothing or not made else made[-1].noted
        write_datasets(con, declarations, found, verdicts, staging, before)
        months = {d.name: [p.stem for p in written if p.parent.name == d.name] for d in found}
        result = SimpleNamespace(folder=staging, found=found, months=months, files=_files(staging / FOLDER))
        result.noted = _last_good(result)
        if not nothing:
            made.append(result)
        else:
            staging.rename(staging.with_name(f".nothing-{len(made)}"))
        return result

    return run


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _last_good(made: SimpleNamespace) -> LastGood:
    def facts(d: Dataset) -> dict:
        return {
            "files": d.files, "columns": d.columns, "rows": d.rows, "last_period": str(d.last_period),
            "provisional_from": d.provisional_from and str(d.provisional_from),
        }  # fmt: skip

    folder = made.folder / FOLDER
    return LastGood(
        made.folder,
        {d.name: facts(d) for d in made.found},
        {d.name: d.signature for d in made.found},
        {file: (folder / file).stat().st_mtime_ns for d in made.found for file in d.files},
        {},
        {d.name: d.series for d in made.found},
    )


COME = "insert into int_t__batches values ('sidep', 2, 2, 7)"
CASES = {
    "a correction in July": (
        "update int_t__cube_days set n = n + 1, batch = 2 where place = '01' and period_end = '2020-07-10'",
        ["2020-07"], MONTHS,
    ),
    "a row withdrawn on a month's end": (
        "update int_t__cube_days set n = n - 1, batch = 2 where place = '01' and period_end = '2020-08-31'",
        ["2020-08"], MONTHS[1:],
    ),
    "a new day": (
        "insert into int_t__cube_days values ('2020-10-21', '01', 5, 2), ('2020-10-21', '2A', 0, 0);"
        "update int_t__calendar set last_day = '2020-10-21', received_until = '2020-10-21'",
        ["2020-10"], ["2020-10"],
    ),
    "a new month after an empty gap": (
        "insert into int_t__cube_days select d::date, '01', 0, 0 from range(date '2020-10-21', date '2020-11-02',"
        " interval 1 day) r(d);"
        "update int_t__calendar set last_day = '2020-11-01', received_until = '2020-11-01'",
        ["2020-10", "2020-11"], ["2020-10", "2020-11"],
    ),
    "a day that is no more": (
        "delete from int_t__cube_days where period_end = '2020-08-10'", ["2020-08"], MONTHS[1:],
    ),
    "an earlier first day": (
        "insert into int_t__cube_days values ('2020-06-30', '01', 5, 2);"
        "update int_t__calendar set first_day = '2020-06-30'",
        ["2020-06", *MONTHS], ["2020-06", *MONTHS],
    ),
    "figures become final": ("update int_t__calendar set received_until = '2020-11-20'", ["2020-10"], ["2020-10"]),
    "another population": ("update int_population set population = 999 where place = '01'", MONTHS, MONTHS),
    "a rebuild": ("update int_t__batches set generation = 8", MONTHS, MONTHS),
    "a delivery that changes nothing": ("", [], []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_months_that_are_touched_are_written_and_no_others(make, con, case):
    sql, touched, to_date = CASES[case]
    make()
    con.execute(f"{COME}; {sql}")
    after = make()
    assert after.months["cases-dep"] == after.months["rate-fra"] == touched
    assert after.months["to-date-fra"] == to_date
    assert after.files == make(nothing=True).files


def test_figures_become_final_when_the_theme_says_so(make, con, manifest):
    """October is provisional for four weeks, so that it is written until these are over, and not after; September was
    on its last days when the first release was made."""
    manifest["nodes"]["model.vigie.int_t__calendar"]["config"]["meta"]["provisional_days"] = 28
    make()
    for until, months in (
        ("11-20", ["2020-09", "2020-10"]),
        ("11-27", ["2020-10"]),
        ("11-28", ["2020-10"]),
        ("11-29", []),
    ):
        con.execute(f"{COME}; update int_t__calendar set received_until = '2020-{until}'")
        assert make().months["cases-dep"] == months, until


def test_the_bytes_of_a_month_do_not_depend_on_what_is_computed_with_it(make, con):
    """Figures are lacking in July alone: September is written alone, then together with it."""
    con.execute("update int_t__cube_days set n = null where period_end = '2020-07-10'")
    make()
    con.execute(f"{COME}; update int_t__cube_days set n = n + 1, batch = 2 where period_end = '2020-09-10'")
    after = make()
    assert after.months["cases-dep"] == ["2020-09"]
    assert after.files == make(nothing=True).files


def test_a_window_reaches_six_days_into_the_next_month(make, con):
    make()
    con.execute(f"{COME}; insert into int_t__changes values ('dep', '2020-07-28', '01', 1, 2)")
    after = make()
    assert after.months["windows-dep"] == ["2020-07", "2020-08"]
    assert after.files == make(nothing=True).files


@pytest.mark.parametrize(("day", "months"), [("2020-08-02", MONTHS[:3]), ("2020-08-31", MONTHS[:3])])
def test_figures_that_rest_on_days_around_are_written_with_these(make, con, day, months):
    make()
    con.execute(f"{COME}; update int_t__cube_days set n = n + 1, batch = 2 where period_end = '{day}'")
    after = make()
    assert after.months["around-dep"] == months
    assert after.files == make(nothing=True).files


def test_differences_that_were_sealed_since_are_seen(make, con, tmp_path):
    """Of an output that was held while a month was sealed the differences are gone from the table."""
    make()
    con.execute(f"{COME}; insert into int_t__changes values ('dep', '2020-07-10', '01', 1, 2)")
    sealed = tmp_path / "sealed__int_t__changes__2020-07-01.parquet"
    con.execute(f"copy (select date '2020-07-01' as month, 2::bigint as batch) to '{sealed}' (format parquet)")
    con.execute("update int_t__changes set batch = 1 where batch = 2")
    after = make()
    assert after.months["windows-dep"] == ["2020-07", "2020-08"]
    assert after.files == make(nothing=True).files


def test_other_rules_write_all(make):
    make()
    assert make(rules="others").months["cases-fra"] == MONTHS


@pytest.mark.parametrize("change", ["decimals", "days"])
def test_another_form_writes_all(make, manifest, monkeypatch, change):
    make()
    if change == "decimals":
        manifest["nodes"]["model.vigie.rate"]["config"]["meta"]["vigie"]["decimals"] = 1
    else:
        settings = series.publishing().model_copy(update={"published_days": 30})
        for module in ("series", "open_data"):
            monkeypatch.setattr(f"orchestration.release.{module}.publishing", lambda: settings)
    after = make()
    assert after.months["rate-fra"] == MONTHS
    assert after.files == make(nothing=True).files


@pytest.mark.parametrize("wrong", ["gone", "altered"])
def test_a_month_that_is_not_as_it_was_written_is_written_again(make, con, wrong):
    first = make()
    path = first.folder / FOLDER / "cases-dep" / "2020-08.parquet"
    if wrong == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[::-1])
    con.execute(COME)
    after = make()
    assert (after.months["cases-dep"], after.months["cases-fra"]) == (["2020-08"], [])
    assert after.files == make(nothing=True).files


def test_what_is_read_of_the_lake_itself_is_part_of_every_month(make, manifest):
    manifest["nodes"]["model.vigie.cases"]["depends_on"]["nodes"].append("source.vigie.sidep.sidep")
    manifest["sources"]["source.vigie.sidep.sidep"] = {"unique_id": "source.vigie.sidep.sidep", "name": "sidep"}
    make()
    after = make()
    assert (after.months["cases-fra"], after.months["rate-fra"]) == (MONTHS, [])


def test_a_month_that_no_table_knows_is_held(make, con):
    make()
    con.execute(
        "create or replace table shifted as select * replace (period_end - 700 as period_start, period_end - 700 as "
        "period_end) from cases; create or replace view cases as from shifted"
    )
    made = make(rules="others")
    held = {d.name: d.reasons[0].detail for d in made.found if d.held}
    assert held.keys() == {"cases-dep", "cases-fra"} and "no table has" in held["cases-dep"]


def test_the_csv_has_the_last_days_and_both_forms_the_same_figures(make, con):
    made = make()
    assert made.files["rate-fra.csv"].splitlines()[0] == (
        b"period_end;numerator;denominator;value;ci_low;ci_high;status;population_vintage"
    )
    assert gzip.decompress(made.files["to-date-dep.csv.gz"]).splitlines()[0] == (
        b"geo_code;period_start;period_end;numerator;denominator;value;ci_low;ci_high;status"
    )
    folder = made.folder / FOLDER
    last = con.execute(
        "select min(period_end), max(period_end), count(distinct period_end) from read_csv(?, delim = ';')",
        [str(folder / "cases-dep.csv.gz")],
    ).fetchone()
    assert last == (LAST - dt.timedelta(89), LAST, 90)
    differing = con.execute(
        "select geo_code, period_end, value from read_csv(?, delim = ';', types = {'geo_code': 'varchar'}) except "
        "select geo_code, period_end, value from read_parquet(?)",
        [str(folder / "rate-dep.csv.gz"), str(folder / "rate-dep" / "*.parquet")],
    ).fetchall()
    assert differing == []
    [(rows, finest)] = con.execute(
        "select count(*), max(abs(value * 100 - round(value * 100))) < 1e-9 from read_parquet(?)",
        [f"{folder}/rate-dep/*.parquet"],
    ).fetchall()
    assert (rows, finest) == (224, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [("value + 1 as numerator", "numerator"), ("1.0 as ci_low", "ci_low"),
     ("'2020-01-01' as definition", "definition"), ("'2020' as population_vintage", "population_vintage"),
     ("period_end - 1 as period_start", "period_start")],
)  # fmt: skip
def test_what_the_csv_leaves_out_is_what_the_declaration_says(make, con, change, said):
    con.execute(
        f"create table kept as from cases; create or replace view cases as select * replace ({change}) from kept"
    )
    held = {d.name: d.reasons[0].detail for d in make().found if d.held}
    assert held.keys() == {"cases-dep", "cases-fra"} and f"other values in {said}" in held["cases-dep"]


@pytest.mark.parametrize(
    ("ages", "columns"),
    [(["all"], []), (["age10"], ["age_class"]), (["all", "age10"], ["age_class"]),
     (["all", "age10", "age15"], ["age_scheme", "age_class"])],
)  # fmt: skip
def test_the_csv_says_of_ages_what_the_declaration_does_not(manifest, ages, columns):
    [indicator] = [each for each in Declarations(manifest).indicators if each.name == "cases"]
    part = indicator.slices[1].model_copy(update={"age": ages})
    assert [column for column in indicator.csv_columns(part) if column.startswith("age")] == columns


@pytest.mark.parametrize(
    ("strata", "columns", "constants"),
    [
        (["all"], [], {"stratum_scheme": "all", "stratum": "all"}),
        (["unit.critical"], [], {"stratum_scheme": "unit", "stratum": "critical"}),
        (["unit"], ["stratum"], {"stratum_scheme": "unit"}),
        (["all", "unit"], ["stratum"], {}),
        (["unit.critical", "cause.for"], ["stratum_scheme", "stratum"], {}),
    ],
)  # fmt: skip
def test_the_csv_says_of_strata_what_the_declaration_does_not(manifest, strata, columns, constants):
    indicator = divided(manifest)
    part = indicator.slices[0].model_copy(update={"strata": strata})
    assert [column for column in indicator.csv_columns(part) if column.startswith("strat")] == columns
    said = {name: value for name, value in indicator.constants(part).items() if name.startswith("strat")}
    assert said == constants


def divided(manifest) -> Indicator:
    """An indicator whose figures are by unit and by cause as well."""
    both = {"fr": "un", "en": "one"}
    schemes = {
        "unit": {**both, "strata": {"critical": both, "other_units": both}},
        "cause": {**both, "strata": {"for": both, "with": both, "unknown": both}},
    }
    [indicator] = [each for each in Declarations(manifest).indicators if each.name == "cases"]
    return Indicator(**{**indicator.model_dump(), "stratum_schemes": schemes})


def test_a_file_holds_the_strata_that_it_declares_and_no_other(manifest):
    indicator = divided(manifest)
    pairs = indicator.strata(Breakdown(geo=[], period=[], strata=["all", "unit", "cause"]))
    axes = "select 'FRA' as geo_level, 'day' as period, 'all' as sex, 'all' as age_scheme"
    values = ", ".join(f"('{scheme}', '{stratum}')" for scheme, stratum in pairs)
    rows = f"({axes}) cross join (values {values}) as strata (stratum_scheme, stratum)"
    for strata in (["all"], ["unit"], ["cause.with"], ["all", "cause.for", "unit"], ["unit.critical", "cause.unknown"]):
        part = Slice(name="one", geo=["FRA"], period=["day"], strata=strata)
        found = duckdb.execute(f"select stratum_scheme, stratum from {rows} where {where(part)}").fetchall()
        assert sorted(found) == sorted(indicator.strata(part))


@pytest.mark.parametrize(
    ("of", "is_within"),
    [(["all"], True), (["unit"], True), (["unit.critical"], True), (["all", "cause.for"], True), (["cause"], False),
     (["cause.with"], False)],
)  # fmt: skip
def test_a_file_is_within_the_strata_of_a_breakdown(of, is_within):
    breakdown = Breakdown(geo=["FRA"], period=["day"], strata=["all", "unit", "cause.for"])
    assert breakdown.holds(Slice(name="one", geo=["FRA"], period=["day"], strata=of)) is is_within


def test_a_series_of_which_nothing_has_come_is_a_file_without_rows(make, con):
    con.execute("delete from int_t__cube_days; delete from int_t__changes; delete from int_t__calendar")
    con.execute("insert into int_t__calendar values (null, null, null)")
    made = make()
    plain = {name: gzip.decompress(of) if name.endswith(".gz") else of for name, of in made.files.items()}
    assert {name: len(content.splitlines()) for name, content in plain.items()} == {
        f"{name}-{rest}": 1
        for name in ("around", "cases", "rate", "to-date", "windows")
        for rest in ("fra.csv", "dep.csv.gz")
    }
    assert all(not d.held and d.rows == 0 and d.last_period is None for d in made.found)


def test_a_figure_of_a_series_stands_once(make, con):
    con.execute("create table kept as from cases; create or replace view cases as from kept union all from kept")
    held = {d.name: d.reasons[0].detail for d in make().found if d.held}
    assert held.keys() == {"cases-dep", "cases-fra"} and "several rows for" in held["cases-dep"]


def test_rows_are_the_same_however_they_are_encoded_and_others_in_one_place_are_not(tmp_path):
    """Rows, how often each comes, and their order."""
    rows = "select n // 5 as n, 'a' as place from range(50) r(n) order by n"
    queries = {
        "plain": f"copy ({rows}) to '{tmp_path}/plain.parquet' (compression uncompressed)",
        "packed": f"copy ({rows}) to '{tmp_path}/packed.parquet' (compression zstd, row_group_size 10)",
        "turned": f"copy ({rows} desc) to '{tmp_path}/turned.parquet'",
        "other": f"copy (select if(n = 3, 4, n) as n, place from ({rows})) to '{tmp_path}/other.parquet'",
        "fewer": f"copy ({rows} limit 49) to '{tmp_path}/fewer.parquet'",
    }
    for query in queries.values():
        duckdb.execute(query)
    paths = {name: tmp_path / f"{name}.parquet" for name in queries}
    assert paths["plain"].read_bytes() != paths["packed"].read_bytes()
    assert same_rows(paths["plain"], paths["packed"]) and same_rows(paths["packed"], paths["plain"])
    for name in ("turned", "other", "fewer"):
        assert not same_rows(paths["plain"], paths[name]) and not same_rows(paths[name], paths["plain"]), name
    assert not same_rows(None, paths["plain"]) and not same_rows(paths["plain"], tmp_path / "gone.parquet")
