"""Every cell of every testing indicator, computed a second time from the delivered files, equals the warehouse's.

First the second computation itself is checked on cases that were worked out by hand.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from brute_force import (
    AGAIN,
    AGES,
    COLUMNS,
    FIRST_EVER,
    INDICATORS,
    MEASURES,
    STATUSES,
    TOTAL,
    Block,
    BruteForce,
    default_population,
    poisson_interval,
    wilson_interval,
)
from small_epidemic import SEEDS, Run

DAY = dt.date(2021, 3, 1)
POPULATION_COLUMNS = "geo_level geo_code sex age_scheme age_class population valid_from valid_to".split()


# --------------------------------------------------------------------------- the second computation, by hand


def deliver(folder: Path, received: dt.date, rows: list[dict]) -> None:
    """Write a delivery; each row gives what differs from an ordinary negative RT-PCR."""
    path = folder / "sidep" / received.isoformat() / "results.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        for number, row in enumerate(rows):
            moment = f"{row.get('day', DAY)}T{row.get('at', '10:00')}"
            ordinary = {
                "id_resultat": f"result-{received}-{number:04d}", "version": 1, "nature": "new",
                "id_personne": f"{number:016x}", "date_prelevement": moment, "date_resultat": moment,
                "id_laboratoire": "LAB01", "type_analyse": "RT-PCR", "resultat": "N", "departement_residence": "75",
            }  # fmt: skip
            chosen = {column: value for column, value in row.items() if column in COLUMNS}
            writer.writerow({**ordinary, **chosen})


def computed(folder: Path, until: dt.date = dt.date(2022, 1, 1)) -> BruteForce:
    """The second computation on a folder, Paris having 2,000,000 inhabitants and France 67,000,000."""
    always = (dt.date(1900, 1, 1), dt.date(9999, 12, 31))
    population = pd.DataFrame(
        [
            ("FRA", "FR", "all", "all", "all", 67e6, *always),
            ("DEP", "75", "all", "all", "all", 2e6, *always),
        ],
        columns=POPULATION_COLUMNS,
    )
    return BruteForce(folder, SEEDS, population, until)


def value(
    brute: BruteForce, indicator: str, day: dt.date, geo=("FRA", "FR"), sex="all", age=("all", "all"), stratum=TOTAL
):
    """One value of the second computation, on a day."""
    block = brute.block(indicator, "day", stratum)
    return block.measures["value"][
        block.windows.index((day, day)), block.places.index(geo), block.sexes.index(sex), block.ages.index(age)
    ]


@pytest.mark.parametrize(("gap", "cases", "tested", "again"), [(59, 0, 0, 0), (60, 0, 0, 0), (61, 1, 1, 1)])
def test_a_positive_counts_again_after_60_days(tmp_path, gap, cases, tested, again):
    later = DAY + dt.timedelta(gap)
    person = {"id_personne": "f" * 16, "resultat": "P"}
    deliver(tmp_path, later, [{**person}, {**person, "day": later}])
    brute = computed(tmp_path)
    assert value(brute, "people_positive", DAY) == 1
    assert value(brute, "people_positive", later) == cases
    assert value(brute, "people_tested", later) == tested
    assert value(brute, "people_positive", later, stratum=AGAIN) == again
    for indicator in ("people_positive", "people_tested"):
        assert [value(brute, indicator, day, stratum=FIRST_EVER) for day in (DAY, later)] == [1, 0]


def test_by_the_first_positive_result_a_person_is_tested_until_then_and_no_longer(tmp_path):
    person = {"id_personne": "f" * 16}
    days = [DAY + dt.timedelta(n) for n in (0, 5, 10, 100)]
    deliver(tmp_path, days[-1], [{**person, "day": day, "resultat": r} for day, r in zip(days, "NPNN", strict=True)])
    brute = computed(tmp_path)
    assert [value(brute, "people_tested", day, stratum=FIRST_EVER) for day in days] == [1, 1, 0, 0]
    assert [value(brute, "people_tested", day) for day in days] == [1, 1, 0, 1]
    assert [value(brute, "people_tested", day, stratum=AGAIN) for day in days] == [0, 0, 0, 1]
    assert [value(brute, "people_positive", day, stratum=FIRST_EVER) for day in days] == [0, 1, 0, 0]


def test_any_positive_counts_for_the_60_days_not_only_a_case(tmp_path):
    days = [DAY, DAY + dt.timedelta(40), DAY + dt.timedelta(90)]
    deliver(tmp_path, days[-1], [{"id_personne": "f" * 16, "resultat": "P", "day": day} for day in days])
    brute = computed(tmp_path)
    assert [value(brute, "people_positive", day) for day in days] == [1, 0, 0]


def test_one_person_one_day_counts_once_and_positive(tmp_path):
    same = {"id_personne": "f" * 16}
    rows = [
        {**same, "at": "08:00"},
        {**same, "at": "12:00", "resultat": "P", "type_analyse": "ANTIGENIQUE", "sexe": "F"},
        {**same, "at": "18:00", "resultat": "P", "departement_residence": "13", "sexe": "H", "age": 40},
        {**same, "resultat": "I"},
        {**same, "resultat": "P", "type_analyse": "SEROLOGIE"},
        {"id_personne": "e" * 16},
        {"id_personne": "e" * 16, "day": DAY + dt.timedelta(1)},
    ]
    deliver(tmp_path, DAY + dt.timedelta(3), rows)
    brute = computed(tmp_path)
    assert value(brute, "people_tested", DAY) == 2
    assert value(brute, "people_positive", DAY) == 1
    assert value(brute, "people_positive", DAY, ("DEP", "13"), sex="M", age=("age10", "49")) == 1
    assert value(brute, "people_tested", DAY + dt.timedelta(1)) == 1  # negative again: counted again
    assert value(brute, "antigenic_share", DAY) == 25
    assert value(brute, "positive_serologies", DAY) == 1


def test_the_current_version_counts(tmp_path):
    first = {"id_resultat": "result-a", "resultat": "P"}
    deliver(tmp_path, DAY, [first, {"id_resultat": "result-b", "resultat": "P"}, {}])
    correction = {**first, "version": 2, "nature": "correction", "resultat": "N"}
    deletion = {"id_resultat": "result-b", "version": 2, "nature": "deletion", "resultat": "P"}
    deliver(tmp_path, DAY + dt.timedelta(1), [correction, deletion])
    assert value(computed(tmp_path, DAY), "people_positive", DAY) == 2
    brute = computed(tmp_path)
    assert value(brute, "people_positive", DAY) == 0
    assert value(brute, "people_tested", DAY) == 2


def test_rows_that_break_a_rule_and_repeated_files_do_not_count(tmp_path):
    bad = [
        {"age": 121}, {"age": "12.0"}, {"sexe": "M"}, {"resultat": "Positif"}, {"version": 0},
        {"id_personne": "not hexadecimal"}, {"id_personne": ""}, {"commune_residence": "7505"},
        {"departement_residence": "9"}, {"date_resultat": "2021-02-28T10:00"}, {"date_prelevement": "01/03/2021"},
        {"day": DAY + dt.timedelta(1)}, {"date_debut_symptomes": DAY, "symptomes": "N"}, {"criblage_d": 2},
        {"date_debut_symptomes": DAY + dt.timedelta(1), "symptomes": "O"},
    ]  # fmt: skip
    good = [{}, {"date_debut_symptomes": DAY}, {"sexe": "I"}, {"departement_residence": "00"}]
    deliver(tmp_path, DAY, bad + good)
    folder = tmp_path / "sidep" / DAY.isoformat()
    (folder / "again.csv.gz").write_bytes((folder / "results.csv.gz").read_bytes())
    brute = computed(tmp_path)
    assert (brute.deliveries.files, brute.deliveries.repeated_files) == (2, 1)
    assert (brute.deliveries.rows, brute.deliveries.rejected) == (len(bad + good), len(bad))
    assert value(brute, "people_tested", DAY) == len(good)
    assert value(brute, "people_tested", DAY, ("DEP", "unknown")) == 1
    assert value(brute, "unlocated_tests_share", DAY) == 25


def test_intervals_against_published_tables():
    low, high = poisson_interval([0, 1, 10, 100])
    # Exact limits: 0-3.689, 0.025-5.572, 4.795-18.390, 81.36-121.63; Byar's are near them.
    assert low == pytest.approx([0, 0.025, 4.795, 81.36], abs=0.02)
    assert high == pytest.approx([3.689, 5.572, 18.390, 121.63], abs=0.06)
    low, high = wilson_interval(pd.Series([81.0, 15.0]), pd.Series([263.0, 148.0]))  # Newcombe 1998, table I
    assert list(low) == pytest.approx([0.2553, 0.0624], abs=5e-5)
    assert list(high) == pytest.approx([0.3662, 0.1605], abs=5e-5)


# ------------------------------------------------------------------------------- the warehouse, cell by cell


@functools.cache
def second_computation(counted: Run) -> BruteForce:
    with counted.connect() as connection:
        population = connection.execute(
            f"select {', '.join(POPULATION_COLUMNS)} from {counted.relation('int_referential__population')}"
        ).df()
    return BruteForce(counted.home / "landing", SEEDS, population, counted.today)


@pytest.fixture(params=["epidemic", "run"])
def counted(request) -> Run:
    """What is computed twice: a long history by the models' own SQL, then a short one by the command line."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def brute(counted) -> BruteForce:
    """The second computation of what is counted."""
    return second_computation(counted)


def test_default_population(run, record_property):
    expected = default_population(SEEDS)
    with run.connect() as connection:
        rows = connection.execute(
            "select geo_level, geo_code, sex, age_scheme, age_class, population"
            f" from {run.relation('int_referential__population')}"
            # Classes that the census does not divide are shared out: `test_referential` looks at those of VAC-SI.
            " where age_scheme not like 'vacsi%'"
        ).fetchall()
    found = {tuple(row[:5]): row[5] for row in rows}
    assert len(found) == len(rows), "a cell has several populations"
    assert not found.keys() ^ expected.keys()
    wrong = {cell: (people, expected[cell]) for cell, people in found.items()
             if people != pytest.approx(expected[cell], rel=1e-9)}  # fmt: skip
    assert not wrong
    record_property("proof", f"default population: {len(found):,} cells compared, all equal")


def test_every_indicator_is_computed_twice(epidemic):
    # What is made of these alone, days before and after included, is in `test_synthesis`.
    assert set(epidemic.indicators()) - {"effective_reproduction_tests", "incidence_weekly_change"} == set(INDICATORS)


def test_the_epidemic_has_every_disturbance(epidemic):
    brute = second_computation(epidemic)
    deliveries, days = brute.deliveries, brute.person_days
    assert deliveries.repeated_files and deliveries.rejected
    assert any(record.kind == "correction" for record in brute.current)
    assert len(brute.current) < len({record.result_id for record in deliveries.records})  # deletions
    assert any(day.positive and day.excluded for day in days)
    assert any(day.positive and day.reinfection and not day.excluded for day in days)
    empty = {measure for measure, sums in brute.sums.items() if not sums.any()}
    assert empty == (set() if brute.days[-1] >= KITS_FROM else set(SUSPECTED.values())), f"nothing of {empty}"


@pytest.mark.parametrize("indicator", INDICATORS)
def test_indicator_equals_the_second_computation(counted, brute, indicator, record_property):
    """Cells that one side lacks are failures; values agree to 1e-9."""
    compared = with_a_count = 0
    with counted.connect() as connection:
        connection.execute(f"create temp table found as select * from {counted.relation(indicator)}")
        for block in brute.blocks(indicator, counted.indicators()[indicator]):
            found = rows_by_cell(connection, indicator, block)
            wrong = differing_cells(block, found)
            if wrong.size:
                expected = block.frame(wrong[:10])
                actual = pd.DataFrame({name: array[wrong[:10]] for name, array in found.items()})
                both = expected.join(actual.add_suffix("_found")).to_string()
                pytest.fail(f"{indicator}: {wrong.size:,} of {block.announced.sum():,} cells differ:\n{both}")
            compared += int(block.announced.sum())
            with_a_count += int((block.announced & (block.measures["numerator"] > 0)).sum())
        rows = connection.execute("select count(*) from found").fetchall()[0][0]
    assert compared
    assert rows == compared, f"{indicator} has {rows:,} rows, of which {compared:,} are announced"
    record_property("proof", f"{indicator}: {compared:,} cells compared, all equal, {with_a_count:,} with a count")


def rows_by_cell(connection, indicator: str, block: Block) -> dict[str, np.ndarray]:
    """The rows of the table `found` that are in a block, laid out as its cells are; `rows` counts those on each cell.

    Fails on a row that stands on no cell of the block, or has another period_start or name.
    """
    windows, places, sexes, ages = ([(*_listed(item), n) for n, item in enumerate(axis)] for axis in block.axes)
    for name, columns, rows in (
        ("windows", ["period_start", "period_end", "w"], windows),
        ("places", ["geo_level", "geo_code", "p"], places),
        ("sexes", ["sex", "s"], sexes),
        ("ages", ["age_scheme", "age_class", "a"], ages),
    ):
        connection.register(name, pd.DataFrame(rows, columns=columns))
    found = connection.execute(
        f"""
        select
            ((w * {len(places)} + p) * {len(sexes)} + s) * {len(ages)} + a as cell,
            {", ".join(f"found.{measure}::double as {measure}" for measure in MEASURES)},
            list_position({STATUSES}, found.status) - 1 as status,
            found.indicator = '{indicator}' as named
        from found
        left join windows on found.period_start = windows.period_start::date
            and found.period_end = windows.period_end::date
        left join places using (geo_level, geo_code)
        left join sexes using (sex)
        left join ages using (age_scheme, age_class)
        where found.period = '{block.period}' and found.geo_level in (select geo_level from places)
            and (found.stratum_scheme, found.stratum) = {block.stratum}
        """
    ).fetchnumpy()
    missing = np.ma.getmaskarray(found["cell"])
    assert not missing.any(), f"{missing.sum():,} rows of {indicator} stand on no known window, place, sex and age"
    assert found["named"].all()
    cell, size = np.asarray(found["cell"], dtype=np.int64), block.status.size
    laid = {"rows": np.bincount(cell, minlength=size)}
    for name in (*MEASURES, "status"):
        laid[name] = np.full(size, np.nan)
        laid[name][cell] = np.ma.filled(found[name].astype(float), np.nan)
    return laid


def _listed(item) -> tuple:
    return (item,) if isinstance(item, str) else item


def differing_cells(block: Block, found: dict[str, np.ndarray]) -> np.ndarray:
    """Positions of the cells that differ, that one side lacks, or that have several rows."""
    announced = block.announced.ravel()
    wrong = found["rows"] != announced
    expected = {**block.measures, "status": block.status.astype(float)}
    for name, array in expected.items():
        ours, theirs = array.ravel(), found[name]
        with np.errstate(invalid="ignore"):
            equal = np.abs(ours - theirs) <= 1e-9 * np.maximum(np.abs(ours), 1e-3)
        wrong |= announced & ~(equal | (np.isnan(ours) & np.isnan(theirs)))
    return np.flatnonzero(wrong)


# ------------------------------------------------------------------------------- official layouts, cell by cell


#: Names of files by family: place and period as they stand in a name, and the period of the cube.
PERIODS = {"quot": "day", "heb": "week", "7j": "rolling7"}
LAYOUTS = [
    *(
        (f"{family}_{period}_{place}", place, of, "age10")
        for family in ("sp_pos", "sp_pe_tb", "sp_pe_std")
        for period, of in PERIODS.items()
        for place in ("fra", "reg", "dep")
    ),
    *(
        (name, place, of, "school")
        for place in ("fra", "reg", "dep")
        for name, of in ((f"sp_ti_tp_td_heb_{place}_18ans", "week"), (f"sp_ti_tp_7j_18ans_{place}", "rolling7"))
    ),
    *(
        (f"{name}_{place}", place, "rolling7", "")
        for name in ("sp_mutations", "muta")
        for place in ("fra", "reg", "dep")
    ),
    *((f"sp_variant_7j_{place}", place, "rolling7", "age10") for place in ("fra", "reg", "dep")),
]
COUNTED = {"P": "positive", "T": "tested", "nb_pos": "positive", "nb_crib": "screened"}
#: Shares of the files of screening: part and whole.
SCREENED = {"tx_crib": ("nb_crib", ["nb_pos"]), "tx_A0C0": ("nb_A0C0", ["nb_A01C01"])}
#: The first day of the kits of the first screening, as the contract has it.
KITS_FROM = dt.date(2021, 1, 25)
#: Files of the first screening: what a name of them counts.
SUSPECTED = {
    "tests_PCR_TA_crible": "variant_screened", "susp_501Y_V1": "alpha", "susp_501Y_V2_3": "beta_or_gamma",
    "susp_IND": "not_identified", "susp_ABS": "none",
}  # fmt: skip
COUNTED |= {f"Nb_{name}": of for name, of in SUSPECTED.items()}
SCREENED |= {
    f"Prc_{name}": (f"Nb_{name}", ["nb_pos" if of == "variant_screened" else "Nb_tests_PCR_TA_crible"])
    for name, of in SUSPECTED.items()
}
SCREENED |= {f"tx_{letter}1": (f"nb_{letter}1", [f"nb_{letter}0", f"nb_{letter}1"]) for letter in "ABCD"}


@pytest.mark.parametrize(("layout", "place", "period", "ages"), LAYOUTS, ids=[name for name, *_ in LAYOUTS])
def test_layout_of_tests_equals_the_second_computation(counted, brute, layout, place, period, ages, record_property):
    """Every row and cell of the files that give counts and rates by age, and of those of screening."""
    with counted.connect() as connection:
        found = connection.execute(f"select * from {counted.relation(layout)}").df()
    level = {"fra": "FRA", "reg": "REG", "dep": "DEP"}[place]
    with (SEEDS / "regions.csv").open(encoding="utf-8") as stream:
        of_sidep = {row["reg"]: row["reg_sidep"] for row in csv.DictReader(stream)} if place == "reg" else {}
    windows = [(brute.days[first], brute.days[last]) for first, last in brute.windows(period)]
    shown = range(len(windows))
    if layout.startswith("sp_variant"):
        with_kits = np.flatnonzero(brute.total("variant_screened", "day")[:, brute.geos.index(("FRA", "FR")), 0, 0])
        shown = [
            n
            for n, (first, last) in enumerate(brute.windows(period))
            if with_kits.size and last >= with_kits[0] and first <= with_kits[-1]
        ]
    names = {
        "day": lambda first, last: f"{last}",
        "week": lambda first, last: f"{last:%G-S%V}",
        "rolling7": lambda first, last: f"{first}-{last}",
    }
    at = {
        "window": {names[period](*window): n for n, window in enumerate(windows) if n in shown},
        "place": {of_sidep.get(code, code): n for n, (of, code) in enumerate(brute.geos) if of == level},
        "age": {
            "0" if scheme == "all" else code: n for n, (scheme, code) in enumerate(AGES) if scheme in ("all", ages)
        },
    }
    at["place"].pop("unknown", None), at["age"].pop("unknown", None)
    time = next(name for name in ("jour", "week", "semaine_glissante", "semaine") if name in found)
    age = next((found[name] for name in ("cl_age90", "age_18ans") if name in found), None)
    keys = [found[time].astype(str).str[:21].map(at["window"]), found[place].map(at["place"])]
    keys.append(pd.Series(0, found.index) if age is None else age.map(at["age"]))
    assert len(found) == len(shown) * len(at["place"]) * (1 if age is None else len(at["age"]))
    if not shown:
        # Before there were kits the file has no row, and that is all.
        assert brute.days[-1] < KITS_FROM
        return
    assert not pd.concat(keys, axis=1).duplicated().any()
    window, where, age_at = (key.to_numpy() for key in keys)

    def expected(column: str) -> np.ndarray:
        stem, _, sex = column.partition("_") if column[-2:] in ("_f", "_h") else (column, "", "")
        of = window, where, {"f": 1, "h": 2}.get(sex, 0), age_at
        if stem == "pop":
            return brute.inhabitants[[last for _, last in brute.windows(period)]][of]
        if stem == "tx_std":
            return brute.dense("standardised_incidence_rate", period)["value"][of]
        if stem in ("ti", "tp", "td"):
            indicator = {"ti": "incidence_rate", "tp": "positivity_rate", "td": "testing_rate"}[stem]
            return brute.dense(indicator, period)["value"][of]
        if stem in SCREENED:
            part, whole = SCREENED[stem]
            of_all = sum(expected(name) for name in whole)
            return 100 * expected(part) / np.where(of_all > 0, of_all, 1)
        return brute.total(COUNTED.get(stem) or stem.removeprefix("nb_").lower(), period)[of].astype(float)

    columns = [name for name in found if name not in (place, time, "cl_age90", "age_18ans", "nom_reg")]
    for column in columns:
        ours, theirs = found[column].astype(float).to_numpy(), expected(column)
        # Rates and shares have two decimals, counts and populations all of theirs.
        tolerance = 0.005 + 1e-9 * theirs if column.startswith(("t", "Prc")) else 1e-9 * np.maximum(1, theirs)
        wrong = ~(np.abs(ours - theirs) <= tolerance) & ~(np.isnan(ours) & np.isnan(theirs))
        assert not wrong.any(), f"{wrong.sum():,} cells of {column}:\n{found[wrong].head()}\n{theirs[wrong][:5]}"
    record_property("proof", f"{layout}: {len(found) * len(columns):,} cells compared, all equal")


def test_ledger_counts_the_same_rows(counted, brute):
    with counted.connect() as connection:
        received, accepted, rejected, repeated = connection.execute(
            f"""
            select sum(rows_received), sum(rows_accepted), sum(rows_rejected) filter (verdict = 'accepted'),
                count(*) filter (verdict = 'duplicate')
            from read_parquet('{counted.home / "lake" / "ledger.parquet"}')
            where feed = 'sidep' and received_on <= '{counted.today}'
            """
        ).fetchall()[0]
    deliveries = brute.deliveries
    assert repeated == deliveries.repeated_files
    assert (accepted, rejected) == (len(deliveries.records), deliveries.rejected)
    assert received >= deliveries.rows
