"""The producers of SurSaUD keep their promise: what is counted by brute force in the files that they wrote are the
counts that they were asked for, those of the official workbook cell by cell."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from brute_force_sursaud import CODED, COLUMNS, COVID, counts, delivered, workbook_rows
from drawing import drawn_seed
from official_files import EXTRACT, WORKBOOK
from producers import assert_rejected_as_told, kept
from rendered_models import Models, Project
from small_epidemic import REPOSITORY

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import land, prepare_lake, read_contracts
from orchestration.simulator import FEEDS, simulate

SHEETS = {1: "dep", 2: "reg", 3: "fra"}

BOTH = pytest.mark.parametrize("feed", list(COLUMNS))

#: Enough of everything in a small sample.
OFTEN = {
    "late_coding": 0.2, "uncoded": 0.2, "never_codes": 0.4, "silence": 0.2, "late": 0.1, "correction": 0.1,
    "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03, "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05,
    "unknown_age": 0.05,
}  # fmt: skip
KINDS = {"uncoded", "silence", "late", "correction", "deletion", "resend", "file_twice", "bad_row"}

#: The codes of age change in the middle of these days.
START, END = dt.date(2021, 10, 25), dt.date(2021, 11, 14)
CHANGE = dt.date(2021, 11, 4)

#: The counts of the published table: the columns of each feed, and what they are in `counts`.
MEASURES = {
    "oscour": {"nbre_pass_tot": "tot", "nbre_pass_corona": "corona", "nbre_hospit_corona": "hospit"},
    "sos_medecins": {"nbre_acte_tot": "tot", "nbre_acte_corona": "corona"},
}
#: The cells that the workbook itself contradicts: in this département the classes are one more than the total.
CONTRADICTED = {
    ("sos_medecins", *place, "2020-02-25", "E", "nbre_acte_tot")
    for place in (("dep", "77"), ("reg", "11"), ("fra", "FR"))
}


@pytest.fixture(scope="module", params=list(COLUMNS))
def epidemic(request, tmp_path_factory) -> tuple[str, Path]:
    """Three weeks of a small epidemic with many disturbances."""
    home = tmp_path_factory.mktemp(request.param)
    simulate(Home(home), request.param, "builtin", START, END, 5, OFTEN, size=12_000)
    return request.param, home


def counted(con: duckdb.DuckDBPyConnection, feed: str) -> dict:
    """The counts found by brute force, in the words of the truth."""
    rows = con.execute("select * from counts").fetchall()
    sexes, measures = {"f": "F", "h": "M", "": "unknown"}, len(MEASURES[feed])
    return {(day, dep, age or "unknown", sexes[sex]): tuple(n[:measures]) for day, dep, age, sex, *n in rows}


def truth(home: Path, feed: str) -> dict:
    """The counts that the simulator kept aside."""
    told = kept(home, feed, "counts")
    return {row[:4]: tuple(row[4:]) for row in told.itertuples(index=False, name=None)}


# --- official figures -------------------------------------------------------------------------------------------


def regions() -> dict[str, str]:
    """The region of each département, as the table numbers them."""
    told = pd.read_csv(REPOSITORY / "seeds" / "referential" / "departements.csv", dtype=str)
    return dict(zip(told.dep, told.reg, strict=True)) | {"977": "07", "978": "08"}


def found_cells(con: duckdb.DuckDBPyConnection, feed: str) -> Counter:
    """What the records give of the table, by (level, place, day, class of age, column); what is not there is zero."""
    region, cells = regions(), Counter()
    for day, dep, age, sex, *numbers in con.execute("select * from counts").fetchall():
        # The two islands are regions in the table, not départements, and no part of France.
        places = [("reg", region[dep])] + ([("dep", dep), ("fra", "FR")] if dep not in ("977", "978") else [])
        for place in places:
            for column, number in zip(MEASURES[feed], numbers, strict=False):
                cells[*place, str(day), "0", column] += number
                if sex:
                    cells[*place, str(day), "0", f"{column}_{sex}"] += number
                if age:
                    cells[*place, str(day), age, column] += number
    return cells


def official_cells(rows: list[list[str]], feed: str, first: str, last: str) -> dict:
    """Every count of the rows of a table (the first is its header) between two days; an empty field is a zero.

    The sexes are told of all ages together only.
    """
    header, *body = rows
    cells = {}
    for row in body:
        told = dict(zip(header, row, strict=True))
        place, day, age = row[:3]
        for column in MEASURES[feed]:
            for name in (column, f"{column}_h", f"{column}_f"):
                if name == column or age == "0":
                    cells[header[0], place, day, age, name] = int(float(told[name] or 0))
                assert name == column or age == "0" or told[name] == ""
    return {cell: number for cell, number in cells.items() if first <= cell[2] <= last}


def compared(con: duckdb.DuckDBPyConnection, feed: str, tables: list[list[list[str]]], first: str, last: str) -> int:
    """Assert that the records give every cell of the tables, those it contradicts itself aside; the number of cells."""
    found, cells, places = found_cells(con, feed), 0, set()
    for rows in tables:
        expected = official_cells(rows, feed, first, last)
        differing = {(feed, *cell): (number, found[cell]) for cell, number in expected.items() if found[cell] != number}
        assert set(differing) <= CONTRADICTED, dict(list(differing.items())[:10])
        assert all(told - number == 1 for told, number in differing.values())
        cells += len(expected) - len(differing)
        places |= {cell[1] for cell in expected if cell[0] == "dep"}
    # Nothing is counted where the tables tell nothing.
    assert {cell[2] for cell in found if found[cell]} <= {str(day) for day in pd.date_range(first, last).date}
    assert {dep for (dep,) in con.execute("select distinct dep from counts").fetchall()} <= places | {"977", "978"}
    return cells


@pytest.fixture(scope="module")
def workbook() -> list[list[list[str]]]:
    """The three sheets of the official workbook, read a second time."""
    sheets = [list(workbook_rows(WORKBOOK, number)) for number in SHEETS]
    assert [rows[0][0] for rows in sheets] == list(SHEETS.values())
    return sheets


@pytest.mark.archive
@pytest.mark.parametrize(
    ("first", "last"),
    [
        # With the one total that its classes contradict, and with days on which the islands have cases.
        ("2020-02-25", "2020-02-25"),
        ("2020-03-27", "2020-03-29"),
        pytest.param("2020-02-24", "2020-04-20", marks=pytest.mark.long),
    ],
)
@BOTH
def test_every_cell_of_the_official_workbook_is_given_back(feed, first, last, workbook, tmp_path, record_property):
    span, told = (dt.date.fromisoformat(first), dt.date.fromisoformat(last)), []
    simulate(Home(tmp_path), feed, WORKBOOK, *span, drawn_seed("workbook"), {}, report=told.append)
    cells = compared(counts(tmp_path, feed), feed, workbook, first, last)
    days = (span[1] - span[0]).days + 1
    wrong = 3 if feed == "sos_medecins" and first <= "2020-02-25" else 0
    assert cells == (101 + 20 + 1) * days * len(MEASURES[feed]) * (3 + 5) - wrong
    assert any("département 77 on 2020-02-25: the classes of age are 1 more" in line for line in told) == bool(wrong)
    record_property(
        "proof", f"{feed}: {cells:,} cells of the official workbook, {first} to {last}, found in the records"
    )


@pytest.mark.parametrize(("first", "last"), [("2020-02-25", "2020-02-25"), ("2020-03-26", "2020-03-29")])
@BOTH
def test_every_cell_of_the_extract_is_given_back(feed, first, last, tmp_path, record_property):
    """Of five départements and four regions made of them, with all that disturbs the records."""
    folder = EXTRACT / "sursaud"
    span = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    simulate(Home(tmp_path), feed, folder, *span, drawn_seed("extract"), OFTEN)
    con = counts(tmp_path, feed)
    assert counted(con, feed) == truth(tmp_path, feed)
    tables = [[line.split(";") for line in path.read_text().splitlines()] for path in sorted(folder.iterdir())]
    cells = compared(con, feed, tables, first, last)
    wrong = 1 if feed == "sos_medecins" and first == "2020-02-25" else 0
    assert cells == (5 + 4) * ((span[1] - span[0]).days + 1) * len(MEASURES[feed]) * (3 + 5) - wrong
    record_property("proof", f"{feed}: {cells} official cells found again in the simulated records")


HEADER = "dep;date_de_passage;sursaud_cl_age_corona;" + ";".join(
    f"{column}{sex}" for column in MEASURES["oscour"] for sex in ("", "_h", "_f")
)
ROWS = "\n".join(
    [HEADER, "1;2020-03-02;0;9;4;4;3;1;1;2;1;1", "1;2020-03-02;A;5;;;2;;;1;;", "1;2020-03-02;E;3;;;1;;;1;;", ""]
)


def test_a_code_may_have_lost_its_zero_and_the_rest_is_of_unknown_age(tmp_path):
    (tmp_path / "table.csv").write_text(ROWS)
    day = dt.date(2020, 3, 2)
    simulate(Home(tmp_path), "oscour", tmp_path / "table.csv", day, day, 1)
    ages, sexes = Counter(), Counter()
    for (on, dep, age, sex), number in counted(counts(tmp_path, "oscour"), "oscour").items():
        assert (on, dep) == (day, "01")
        ages[age] += number[0]
        sexes[sex] += number[0]
    assert ages == {"A": 5, "E": 3, "unknown": 1} and sexes == {"M": 4, "F": 4, "unknown": 1}


def test_a_table_in_the_codes_of_today_is_given_back(tmp_path):
    """The youngest are divided in it, and the records bear its codes."""
    rows = ROWS.replace("2020-03-02", "2021-11-04").replace(";A;5", ";1;3").replace(";E;3", ";2;5")
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(rows.encode()))
    simulate(Home(tmp_path), "oscour", tmp_path / "table.csv.gz", CHANGE, CHANGE, 1)
    ages = Counter()
    for (_, _, age, _), number in counted(counts(tmp_path, "oscour"), "oscour").items():
        ages[age] += number[0]
    assert ages == {"1": 3, "2": 5, "unknown": 1}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nbre_pass_corona_h", "nbre_h", "holds no table of counts by département"),
        ("dep;", "reg;", "holds no table of counts by département"),
        ("1;2020-03-02;0", "99;2020-03-02;0", "Row 2 of table.csv cannot be used"),
        ("1;2020-03-02;0", ";2020-03-02;0", "Row 2 of table.csv cannot be used"),
        ("1;2020-03-02;E", "1;2020-03-32;E", "Row 4 of table.csv cannot be used"),
        ("2020-03-02;E", "2020-03-02;6", "Row 4 of table.csv cannot be used"),
        ("0;9;", "0;neuf;", "Row 2 of table.csv cannot be used"),
        ("0;9;", "0;2;", "Row 2 of table.csv cannot be used"),
        ("0;9;4;4", "0;9;5;5", "Row 2 of table.csv cannot be used"),
        ("2020-03-02;E", "2020-03-02;A", "Row 4 of table.csv repeats a row"),
        ("2020-03-02;0", "2020-03-01;0", "does not have all rows of 2020-03-02 to 2020-03-02: there is none of 2020"),
        (ROWS, HEADER + "\n", "does not have all rows of 2020-03-02 to 2020-03-02: there is none"),
        (ROWS, "", "holds no table of counts by département"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, old, new, message):
    assert old in ROWS
    (tmp_path / "table.csv").write_text(ROWS.replace(old, new, 1))
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "oscour", tmp_path / "table.csv", dt.date(2020, 3, 2), dt.date(2020, 3, 2), 1)
    assert not (tmp_path / "landing").exists()


def test_a_file_that_is_no_table_is_refused(tmp_path):
    day = dt.date(2020, 3, 2)
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "broken.csv.gz").write_bytes(b"no archive")
    for name, said in (("broken.xlsx", "as a workbook"), ("broken.csv.gz", "as a text file")):
        with pytest.raises(VigieError, match=f"{name} cannot be read {said}"):
            simulate(Home(tmp_path), "oscour", tmp_path / name, day, day, 1)
    for name in ("one.csv", "two.csv"):
        (tmp_path / "twice").mkdir(exist_ok=True)
        (tmp_path / "twice" / name).write_text(ROWS)
    with pytest.raises(VigieError, match="holds two tables by dep"):
        simulate(Home(tmp_path), "oscour", tmp_path / "twice", day, day, 1)


# --- a made-up epidemic -----------------------------------------------------------------------------------------


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    feed, home = epidemic
    found = counted(counts(home, feed), feed)
    assert found == truth(home, feed)
    assert {cell[2] for cell in found} == {*"ABCDE123456", "unknown"}
    assert {cell[3] for cell in found} == {"F", "M", "unknown"}
    totals = [sum(numbers) for numbers in zip(*found.values(), strict=True)]
    assert totals == sorted(totals, reverse=True) and totals[-1] > 0


def test_the_codes_of_age_are_those_of_the_day(epidemic):
    """However late a visit is sent: old ones are received after the change, under their old codes."""
    feed, home = epidemic
    con = delivered(home, feed)
    late = con.execute(f"select count(*) from good where age between 'A' and 'E' and received_on >= '{CHANGE}'")
    assert late.fetchone()[0] > 50
    told = con.execute("select distinct moment::date, age from good where age <> ''").fetchall()
    assert all((age in "ABCDE") == (day < CHANGE) for day, age in told)
    assert {age for _, age in told} == set("ABCDE123456")


def test_every_disturbance_happens(epidemic):
    feed, home = epidemic
    told = kept(home, feed, "disturbances")
    assert set(told.kind) == KINDS
    shapes = {"coding", "diagnosis", "sex", "age", "time", "place"} | ({"outcome"} if feed == "oscour" else set())
    assert set(told[told.kind == "correction"].detail) == shapes
    con = delivered(home, feed)
    [(before,)] = con.execute(
        "select count(*) from (select id, min(received_on) filter (version = '1') as first, min(received_on) filter"
        " (version > '1') as later from good group by id) where later < first"
    ).fetchall()
    assert before > 0, "a correction before what it corrects"
    assert con.execute("select max(received_on) from rows").fetchone()[0] <= END


def test_diagnoses_are_coded_later_or_never(epidemic):
    """A visit without a diagnosis is corrected by a version that has one; some senders never code."""
    feed, home = epidemic
    con = delivered(home, feed)
    con.execute(f"create table coding as select id, version, sender, received_on, {CODED[feed]} as coded from good")
    [(later, days)] = con.execute(
        "select count(*), max(second.received_on - first.received_on) from coding as first join coding as second"
        " using (id) where first.version = '1' and second.version > '1' and not first.coded and second.coded"
    ).fetchall()
    assert later > 300 and days > 7
    silent = con.execute(
        "select count(*) from (select sender from coding group by sender having not bool_or(coded) and count(*) > 3)"
    )
    assert silent.fetchone()[0] >= 5


def test_a_sender_is_silent_and_catches_up(epidemic):
    feed, home = epidemic
    told = kept(home, feed, "disturbances")
    told = told[told.kind == "silence"]
    sender = told.detail.value_counts().idxmax()
    [on] = told[told.detail == sender].received_on.unique()
    received = delivered(home, feed).execute(
        f"select min(received_on) from good group by id having bool_and(sender = '{sender}')"
    )
    first = Counter(day for (day,) in received.fetchall())
    assert not any(first[on - dt.timedelta(days=days)] for days in (1, 2, 3))
    assert first[on] > 3 and min(first) < on
    core = set(told[told.detail == sender].day)
    assert len(core) >= 3 and max(core) <= on


def test_suspected_covid_is_a_principal_or_an_associated_diagnosis(tmp_path):
    """With or without the point, beside codes that resemble those of Covid-19 and are none."""
    day = dt.date(2020, 3, 30)
    simulate(Home(tmp_path), "oscour", "builtin", day, day, 3, {}, size=6_000)
    con = delivered(tmp_path, "oscour")
    told = con.execute(f"select principal, associated, {COVID['oscour']} from good where {CODED['oscour']}").fetchall()
    principal = {code for code, _, is_covid in told if is_covid and re.match("U0[47]|B34|B97", code)}
    associated = {code for code, codes, is_covid in told if is_covid and re.search("U0[47]|B34|B97", codes)}
    assert {"U0711", "U07.11", "B342"} <= principal and {"J128", "R05"} <= associated
    neighbours = {code for code, _, is_covid in told if not is_covid and re.match("U07|B34|B97", code)}
    assert {"U0713", "U070", "B349"} <= neighbours


@BOTH
def test_bad_rows_break_the_rule_that_is_said(feed, tmp_path):
    """Among them codes of age of other days, before and after the change."""
    home = Home(tmp_path)
    start, end = CHANGE - dt.timedelta(days=3), CHANGE + dt.timedelta(days=2)
    simulate(home, feed, "builtin", start, end, 5, OFTEN | {"bad_row": 0.2}, size=6_000)
    assert_rejected_as_told(tmp_path, feed, end, {"oscour": 20, "sos_medecins": 18}[feed])


@BOTH
def test_without_disturbance_one_row_is_one_record(feed, tmp_path):
    none = dict.fromkeys(FEEDS[feed].rates, 0.0)
    made = simulate(Home(tmp_path), feed, "builtin", START, END, 5, none, size=3_000)
    con = counts(tmp_path, feed)
    assert con.execute("select count(*), count(distinct id) from good").fetchone() == (made.rows, made.rows)
    assert kept(tmp_path, feed, "disturbances").empty
    assert counted(con, feed) == truth(tmp_path, feed)


# --- what staging makes of it -----------------------------------------------------------------------------------


STAGED = {
    "oscour": ("stg_oscour__visits", "visit_key", "entered_on", "outcome = 'hospitalised'"),
    "sos_medecins": ("stg_sos_medecins__acts", "act_key", "acted_on", "false"),
}


def test_the_records_that_stand_in_staging_give_the_counts(epidemic, tmp_path):
    """By the vocabularies of the seeds: of what has landed, the highest version of each record, where it is coded."""
    feed, simulated = epidemic
    home = Home(tmp_path)
    (tmp_path / "landing").symlink_to(simulated / "landing")
    prepare_lake(home)
    land(home, END)
    _, key, day, hospitalised = STAGED[feed]
    con = staged(home, feed)
    rows = con.execute(
        f"""
        with current as (select unnest(arg_max(told, record_version)) from staged as told group by {key})
        select {day}, dep, age_band, sex, count(*), count(*) filter (is_covid),
            count(*) filter (is_covid and {hospitalised})
        from current where record_kind <> 'deletion' and is_coded
        group by all
        """
    ).fetchall()
    bands = dict(zip("ABCDE123456", ["00", "44", "64", "74", "75", "04", "14", "44", "64", "74", "75"], strict=True))
    expected = Counter()
    for (on, dep, code, sex), numbers in truth(simulated, feed).items():
        cell = (on, dep, bands.get(code, "unknown"), sex)
        for name, number in zip(("tot", "corona", "hospit"), numbers, strict=False):
            expected[*cell, name] += number
    found = Counter()
    for *cell, tot, corona, hospit in rows:
        found.update({(*cell, "tot"): tot, (*cell, "corona"): corona, (*cell, "hospit"): hospit})
    assert +found == +expected
    assert len({cell[2] for cell in found}) == 8
    [(staged_rows, lake_rows)] = con.execute(
        f"select (select count(*) from staged),"
        f" (select count(*) from read_parquet('{home.lake}/raw/{feed}/*/*.parquet'))"
    ).fetchall()
    assert staged_rows == lake_rows > 0


def staged(home: Home, feed: str) -> duckdb.DuckDBPyConnection:
    """The staging model of a feed on the lake of a home, with its vocabularies."""
    project, con = Project.read(), duckdb.connect()
    con.execute("attach ':memory:' as warehouse")

    def source(name: str, table: str) -> str:
        return f"read_parquet('{home.lake}/raw/{name}/*/*.parquet', hive_partitioning = true, union_by_name = true)"

    models = Models(project, con, "warehouse", source)
    order = project.upstream([STAGED[feed][0]])
    for seed in project.seeds(order):
        models.seed(seed)
    models.run(order)
    relation = models.relation(STAGED[feed][0])
    con.execute(f"create view staged as select * from {relation}")
    return con


@BOTH
def test_the_contract_and_the_vocabulary_say_the_same_of_the_codes_of_age(feed):
    """The same codes on the same days, each once, so that no record is read as two."""
    [column] = [column for column in read_contracts()[feed].columns if column.name == "classe_age"]
    seed = pd.read_csv(REPOSITORY / "seeds" / "sursaud" / "sursaud_ages.csv", dtype=str)
    told = {row.code: (row.valid_from, row.valid_until) for row in seed.itertuples()}
    assert len(told) == len(seed)
    assert told == {
        code: (str(span.first or "1900-01-01"), str(span.until or "9999-12-31"))
        for code, span in column.contract.dated_values.items()
    }
