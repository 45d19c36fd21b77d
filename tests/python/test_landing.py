"""Landing: every kind of bad file and bad row, the same file twice, and a kill at any moment."""

import datetime
import gzip
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from drawing import dice
from keyed import key64
from small_feed import DAY, DECLARATION, HEADER, LATER, ROW, as_text, broken, declared, deliver, lines, query, state

import orchestration.landing.lake
import orchestration.landing.reading
import orchestration.landing.reception
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import LedgerEntry, land, prepare_lake, read_contracts
from orchestration.landing.lake import Lake

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def secret(tmp_path_factory) -> Path:
    """The secret of every home of these tests, so that they can be compared."""
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_text("of these tests, and of no other home\n")
    path.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_SECRET_FILE", str(path))
        yield path


# Rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "A.CSV"])
def test_rows_land_typed_and_in_order(home, contracts, secret, name):
    """Accepted rows have the types of the lake, their line, and the key of their delivery."""
    deliver(home, name, lines(ROW, ROW.replace("00ab", "00ac"), "00ad;;;2021-03-01 23:59:59;;;;"))
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, entry.rows_received, entry.rows_accepted, entry.rows_rejected) == ("accepted", 3, 3, 0)
    assert query(home, "describe select * from {raw}")[0][:2] == ("id_personne", "UBIGINT")
    types = [row[1] for row in query(home, "describe select * from {raw}")]
    assert types == (
        ["UBIGINT", "VARCHAR", "INTEGER", "TIMESTAMP", "DATE", "DOUBLE", "DECIMAL(6,2)", "VARCHAR"]
        + ["UBIGINT", "INTEGER", "BIGINT", "DATE"]
    )
    rows = query(home, "select * exclude (delivery, arrival, id_personne, price) from {raw}")
    started = datetime.datetime(2021, 2, 27, 10, 30)
    received_on = datetime.date(2021, 3, 1)
    assert rows[0] == ("F", 42, started, datetime.date(2021, 3, 5), 61.5, "fine", 2, received_on)
    assert rows[2] == (None, None, datetime.datetime(2021, 3, 1, 23, 59, 59), None, None, None, 4, received_on)
    keys = query(home, "select id_personne, delivery from {raw} where line = 2")
    assert keys == [(key64("00ab", secret), entry.delivery)]
    assert query(home, f"select md5_number_lower('{entry.sha256}')") == [(entry.delivery,)]


BAD_VALUES = [
    ("id_personne", "", "required"),
    ("id_personne", "00AB", "pattern"),
    ("id_personne", "00ab0", "pattern"),
    ("sexe", " F", "values"),
    ("sexe", "f", "values"),
    ("age", "12.0", "type"),
    ("age", " 12", "type"),
    ("age", "+12", "type"),
    ("age", "012", "type"),
    ("age", "1e1", "type"),
    ("age", "0x10", "type"),
    ("age", "1_0", "type"),
    ("age", "99999999999", "type"),
    ("age", "douze", "type"),
    ("age", "NULL", "type"),
    ("age", "-1", "min"),
    ("age", "121", "max"),
    ("started", "", "required"),
    ("started", "2020-13-01", "type"),
    ("started", "2020-12-01", "type"),
    ("started", "2021-02-30T10:00", "type"),
    ("started", "2021-02-03T24:00", "type"),
    ("started", "2021-02-03T10:00:00Z", "type"),
    ("started", "2021-02-03T10:00:00.5", "type"),
    ("started", "2021-02-03T10:00+01:00", "type"),
    ("started", "03/02/2021 10:00", "type"),
    ("started", "2021-2-03T10:00", "type"),
    ("started", "2019-12-31T23:59", "min"),
    ("started", "2021-03-02T00:00", "in_the_future"),
    ("ended", "20210228", "type"),
    ("ended", "2021-2-8", "type"),
    ("ended", "2021-02-29", "type"),
    ("ended", "infinity", "type"),
    ("ended", "epoch", "type"),
    ("ended", "2021-02-26", "ends_before_it_starts"),
    ("weight", "61,5", "type"),
    ("weight", "nan", "type"),
    ("weight", "inf", "type"),
    ("weight", "1e999", "type"),
    ("weight", ".5", "type"),
    ("weight", "-0.5", "min"),
    ("price", "12.505", "type"),
    ("price", "123456.00", "type"),
    ("price", "1e2", "type"),
]


@pytest.fixture(scope="module")
def bad_values(tmp_path_factory) -> Home:
    """A landing of one file with a row for every bad value, each followed by a good row."""
    folder = tmp_path_factory.mktemp("values")
    home, good = Home(folder / "home"), dict(zip(HEADER.split(";"), ROW.split(";"), strict=True))
    rows = [row for column, value, _ in BAD_VALUES for row in (";".join((good | {column: value}).values()), ROW)]
    deliver(home, "a.csv", lines(*rows))
    [entry] = land(home, LATER, contracts=declared(folder, DECLARATION))
    assert (entry.verdict, entry.rows_accepted, entry.rows_rejected) == ("accepted", *[len(BAD_VALUES)] * 2)
    return home


@pytest.mark.parametrize("case", BAD_VALUES, ids="=".join)
def test_a_bad_value_is_quarantined(bad_values, case, secret):
    """A row that breaks a rule goes to the quarantine with rule, file, line and short value; nothing is coerced."""
    column, value, rule = case
    line = 2 + 2 * BAD_VALUES.index(case)
    withheld = f"(withheld, {len(value)} characters)"
    shown = value if sum(map(str.isalnum, value)) < 8 and not re.fullmatch("[0-9a-f]{4}", value) else withheld
    shown = None if value == "" else "(key)" if column == "id_personne" else shown
    person = [] if column == "id_personne" and value in ("", "00ab0") else [key64("00ab", secret)]
    assert query(
        bad_values,
        "select file, column_name, rule, value, received_on::varchar, delivery = (select delivery from {ledger}),"
        f" list_contains(person_keys, {key64('00ab', secret)}) from {{quarantine}} where line = {line}",
    ) == [(f"{DAY}/a.csv", column, rule, shown, DAY, True, bool(person))]
    assert query(bad_values, f"select line from {{raw}} where line between {line} and {line + 1}") == [(line + 1,)]


DATED = (
    "dated_values: {F: {until: 2021-02-20}, H: {}, '1': {from: 2021-02-21}, '2': {from: 2021-02-21, until: 2021-02-25}}"
)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_code_is_taken_on_the_days_on_which_it_is_in_use(home, tmp_path, name):
    """By a date of the row: what is sent late keeps the codes of its day. A code of no day breaks another rule."""
    contracts = declared(tmp_path, DECLARATION.replace("values: [F, H]", f"{DATED}, dated_by: started"))
    days = ["2020-05-01", "2021-02-20", "2021-02-21", "2021-02-25", "2021-02-26"]
    sent = [(code, day) for code in ("F", "H", "1", "2", "X", "") for day in days]
    rows = [ROW.replace(";F;", f";{code};").replace("2021-02-27T10:30", f"{day}T23:59") for code, day in sent]
    table = pa.table({
        column: [row.split(";")[number] or None for row in rows] for number, column in enumerate(HEADER.split(";"))
    })  # fmt: skip
    deliver(home, name, lines(*rows) if name == "a.csv" else table)
    land(home, LATER, contracts=contracts)
    first = 2 if name == "a.csv" else 1
    found = [(*sent[line - first], column, rule, value) for line, column, rule, value in broken(home)]
    outside = [("F", days[2:]), ("1", days[:2]), ("2", [*days[:2], days[4]])]
    assert found == [
        *((code, day, "sexe", "dated_values", code) for code, wrong in outside for day in wrong),
        *(("X", day, "sexe", "values", "X") for day in days),
    ]


@pytest.mark.parametrize(("day", "taken"), [("2021-02-20", ["F", "H"]), ("2021-02-25", ["1", "2", "H"])])
def test_a_vocabulary_may_go_by_the_day_of_receipt(home, tmp_path, day, taken):
    """Whenever that what is told of happened."""
    contracts = declared(tmp_path, DECLARATION.replace("values: [F, H]", f"{DATED}, dated_by: received_on"))
    rows = [ROW.replace(";F;", f";{code};").replace("2021-02-27", "2021-02-19") for code in "FH12"]
    deliver(home, "a.csv", lines(*rows), day=day)
    land(home, LATER, contracts=contracts)
    assert query(home, "select sexe from {raw} order by sexe") == [(code,) for code in taken]
    assert {rule for _, _, rule, _ in broken(home)} == {"dated_values"}


def test_dated_codes_may_be_numbers(home, tmp_path):
    """A case over numbers, where those over text are compared as they were sent."""
    dated = "dated_values: {42: {until: 2021-02-20}, 43: {}}, dated_by: started"
    contracts = declared(tmp_path, DECLARATION.replace("min: 0, max: 120", dated))
    deliver(home, "a.csv", lines(ROW, ROW.replace(";42;", ";43;"), ROW.replace(";42;", ";44;")))
    land(home, LATER, contracts=contracts)
    assert broken(home) == [(2, "age", "dated_values", "42"), (4, "age", "values", "44")]


def test_a_contract_that_was_edited_is_read_anew(tmp_path):
    before = declared(tmp_path, DECLARATION)
    assert declared(tmp_path, DECLARATION) == before
    after = declared(tmp_path, DECLARATION.replace("max: 120", "max: 130"))
    assert after != before


def test_a_short_value_in_the_form_of_an_identifier_is_withheld(home, contracts):
    """Whatever column it stands in: of two columns swapped, the pseudonym is not kept in clear."""
    deliver(
        home,
        "a.csv",
        lines(ROW, ROW.replace(";F;", ";00ac;"), ROW.replace(";F;", ";(00AC);"), ROW.replace(";F;", ";Z;")),
    )
    land(home, LATER, contracts=contracts)
    assert [(column, value) for _, column, _, value in broken(home)] == [
        ("sexe", "(withheld, 4 characters)"),
        ("sexe", "(withheld, 6 characters)"),
        ("sexe", "Z"),
    ]


def test_the_first_broken_rule_in_column_order_counts(home, contracts):
    """Columns come before the rules of the table, in the order of the contract."""
    rows = ["xyz;x;x;x;x;x;x;", "00ab;x;x;x;x;x;x;", "00ab;F;1;2022-01-01 00:00;2021-01-01;;;", ROW]
    deliver(home, "a.csv", lines(*rows))
    land(home, LATER, contracts=contracts)
    assert [row[1:3] for row in broken(home)] == [
        ("id_personne", "pattern"),
        ("sexe", "values"),
        ("ended", "ends_before_it_starts"),
    ]


def test_lines_stay_exact_around_rows_that_are_not_rows(home, contracts):
    """Blank lines, wrong numbers of fields and stray quotes cost no other row its place."""
    deliver(
        home,
        "a.csv",
        lines(
            "",
            ROW,  # 3
            "00ab;F",
            '00ab;F;1;2021-02-27T10:30;;;;"open',
            ROW,  # 6
            "",
            '00ab;F;1;2021-02-27T10:30;;;;"two',
            'lines"',
            ROW + ";more",
            'a"b;F;1;2021-02-27T10:30;;;;"c',
            ROW.replace("fine", '"a; ""quoted"" note"'),  # 12
            ROW.replace(";42", ";42\r"),
            "",
            ROW,  # 15
        ),
    )
    [entry] = land(home, LATER, contracts=contracts)
    assert query(home, "select line, note from {raw} order by line") == [
        (3, "fine"),
        (6, "fine"),
        (12, 'a; "quoted" note'),
        (15, "fine"),
    ]
    assert [(line, rule, value) for line, _, rule, value in broken(home)] == [
        (4, "field_count", "2 fields, 8 expected"),
        (5, "field_count", "unbalanced quotes"),
        (8, "field_count", "unbalanced quotes"),
        (9, "field_count", "unbalanced quotes"),
        (10, "field_count", "9 fields, 8 expected"),
        (11, "field_count", "misplaced quote"),
        (13, "field_count", "carriage return within the line"),
    ]
    assert (entry.rows_received, entry.rows_accepted, entry.rows_rejected) == (11, 4, 7)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("block", [100, 400, 4096])
def test_blocks_do_not_show(home, contracts, monkeypatch, end, block):
    """However a file is cut into blocks, and whatever ends its lines, every row keeps its line."""
    monkeypatch.setattr(orchestration.landing.reading, "_BLOCK", block)
    draw = dice("blocks", end, block)
    kinds = {"good": ROW, "blank": "", "short": "a;b", "quote": ROW + '"', "aged": ROW.replace(";42;", ";x;")}
    drawn = draw.choices(list(kinds), weights=[6, 1, 1, 1, 1], k=120) + ["good"]
    deliver(home, "a.csv", end.join([HEADER, *(kinds[kind] for kind in drawn), ""]))
    [entry] = land(home, LATER, contracts=contracts)
    numbered = list(enumerate(drawn, start=2))
    assert [line for (line,) in query(home, "select line from {raw} order by 1")] == [
        line for line, kind in numbered if kind == "good"
    ]
    rules = {"short": "field_count", "quote": "field_count", "aged": "type"}
    assert [(row[0], row[2]) for row in broken(home)] == [(n, rules[k]) for n, k in numbered if k in rules]
    assert entry.rows_received == sum(kind != "blank" for kind in drawn)


def test_columns_are_read_by_name(home, contracts):
    """The order of columns is free, unknown columns are noted and left out, a byte order mark is tolerated."""
    names, values = HEADER.split(";"), ROW.split(";")
    header = ";".join(['"' + names[-1] + '"', "hospital", *reversed(names[:-1]), "unit"])
    deliver(home, "a.csv", f"\ufeff{header}\n{';'.join([values[-1], 'x', *reversed(values[:-1]), 'y'])}\n")
    deliver(home, "b.csv", lines(ROW))
    one, other = land(home, LATER, contracts=contracts)
    assert (one.extra_columns, other.extra_columns) == (2, 0)
    assert len(set(query(home, "select * exclude (delivery, arrival) from {raw}"))) == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_column_that_came_later_may_be_absent_and_no_other(home, tmp_path, form):
    """Files of before the contract had it are read as if it were empty; one that is asked for from the first is not."""
    later = "contract: {type: string, since: 2}"
    contracts = declared(
        tmp_path, DECLARATION.replace("version: 1\n", "version: 2\n", 1).replace("contract: {type: string}", later)
    )
    names, values = HEADER.split(";"), ROW.split(";")

    def without(name: str) -> str | pa.Table:
        kept = {n: v for n, v in zip(names, values, strict=True) if n != name}
        text = f"{';'.join(kept)}\n{';'.join(kept.values())}\n"
        return text if form == "csv" else pa.table({n: [v] for n, v in kept.items()})

    deliver(home, f"a.{form}", without("note"))
    deliver(home, f"b.{form}", without("price"))
    before, other = land(home, LATER, contracts=contracts)
    assert (before.verdict, before.rows_accepted, before.extra_columns) == ("accepted", 1, 0)
    assert query(home, "select note, price::varchar from {raw}") == [(None, "12.50")]
    assert other.verdict == "refused" and "missing in the header: price;" in other.reason


def test_a_file_with_a_header_only_is_accepted(home, contracts):
    """No rows is a delivery like another."""
    deliver(home, "a.csv", HEADER + "\n")
    deliver(home, "b.parquet", pa.table({name: pa.array([], pa.string()) for name in HEADER.split(";")}))
    assert [(e.verdict, e.rows_received) for e in land(home, LATER, contracts=contracts)] == [("accepted", 0)] * 2
    assert query(home, "select count(*) from {raw}") == [(0,)]


# Files -----------------------------------------------------------------------------------------------------

GOOD = lines(*[ROW] * 50).encode()

BAD_FILES = {
    "empty": ("a.csv", b"", "empty"),
    "empty parquet": ("a.parquet", b"", "empty"),
    "blank": ("a.csv", b"\n\n \n", "empty"),
    "empty gzip": ("a.csv.gz", gzip.compress(b""), "empty"),
    "truncated gzip": ("a.csv.gz", gzip.compress(GOOD)[:-9], "truncated"),
    "gzip cut to its header": ("a.csv.gz", gzip.compress(GOOD)[:12], "truncated"),
    "gzip with a bad checksum": ("a.csv.gz", gzip.compress(GOOD)[:-8] + b"12345678", "gzip"),
    "not gzip": ("a.csv.gz", GOOD, "gzip"),
    "gzip named csv": ("a.csv", gzip.compress(GOOD), "compressed"),
    "truncated csv": ("a.csv", GOOD[:-20], "truncated"),
    "cut in a quote": ("a.csv", GOOD + b'00ab;F;42;2021-02-27T10:30;;;;"fi', "truncated"),
    "no header": ("a.csv", GOOD.split(b"\n", 1)[1], "missing in the header: id_personne"),
    "missing column": ("a.csv", GOOD.replace(b";age;", b";years;"), "missing in the header: age; expected the columns"),
    "other case": ("a.csv", GOOD.replace(b";age;", b";Age;"), "missing in the header: age"),
    "column twice": ("a.csv", b"sexe;" + GOOD, "more than once in the header: sexe"),
    "comma": ("a.csv", GOOD.replace(b";", b","), "separated by a comma; expected a semicolon"),
    "tab": ("a.csv", GOOD.replace(b";", b"\t"), "separated by a tab; expected a semicolon"),
    "html": ("a.csv", b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "html in gzip": ("a.csv.gz", gzip.compress(b"<html><body>404</body></html>"), "web page"),
    "html named gz": ("a.csv.gz", b"<HTML><body>404</body></html>", "web page"),
    "html named parquet": ("a.parquet", b"<!doctype html>", "web page"),
    "latin-1": (
        "a.csv",
        GOOD + ROW.replace("fine", "né\n").encode("latin-1"),
        r"line 52 is not in utf-8 \(byte 51\); expected .*utf-8",
    ),
    "utf-16": ("a.csv", GOOD.decode().encode("utf-16"), "UTF-16; expected utf-8"),
    "utf-16 without mark": ("a.csv", GOOD.decode().encode("utf-16-le"), "NUL"),
    "nul bytes": ("a.csv", GOOD + b"\0" * 100, "line 52 holds NUL"),
    "no line end": ("a.csv", b"x" * 2**21, "no end of line"),
    "old line ends": ("a.csv", GOOD.replace(b"\n", b"\r"), "header"),
    "not parquet": ("a.parquet", GOOD, "unreadable as Parquet"),
    "parquet named csv": ("a.csv", b"PAR1" + b"x" * 100, "Parquet but its name"),
    "other format": ("a.xlsx", b"PK\3\4", "csv, csv.gz or parquet"),
}


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory) -> dict[str, LedgerEntry]:
    """The entries of a landing of every bad file, each in a folder of its own, and of a good one."""
    folder = tmp_path_factory.mktemp("files")
    home, contracts = Home(folder / "home"), declared(folder, DECLARATION)
    first = datetime.date(2021, 1, 1)
    days = {str(first + datetime.timedelta(days=number)): case for number, case in enumerate(BAD_FILES)}
    for day, case in days.items():
        name, content, _ = BAD_FILES[case]
        path = deliver(home, name, b"", day)
        path.write_bytes(content)
    deliver(home, "good.csv", lines(ROW), "2021-12-31")
    *bad, good = land(home, LATER, contracts=contracts)
    assert (good.verdict, good.reason) == ("accepted", "")
    assert query(home, "select count(*) from {raw}") == [(1,)]
    assert land(home, LATER, contracts=contracts) == []
    return {days[str(entry.received_on)]: entry for entry in bad}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(bad_files, case):
    """It adds no row, and its reason says which feed and file, what is wrong and what was expected."""
    entry, (name, _, reason) = bad_files[case], BAD_FILES[case]
    assert (entry.verdict, entry.delivery, entry.rows_received) == ("refused", None, 0)
    assert re.search(reason, entry.reason)
    assert entry.reason.startswith(f"visits/{entry.received_on}/{name}: ")
    assert "expected" in entry.reason


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.999])
def test_a_truncated_parquet_is_refused(home, contracts, keep):
    """Whether or not what is left has rows."""
    path = deliver(home, "a.parquet", as_text([ROW] * 500))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, "Parquet" in entry.reason) == ("refused", True)


def test_a_parquet_with_damaged_pages_is_refused(home, contracts):
    """The footer may be sound and the rows not."""
    path = deliver(home, "a.parquet", as_text([ROW] * 500))
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(content)
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, "Parquet" in entry.reason) == ("refused", True)
    assert query(home, "select count(*) from {raw}") == [(0,)]


def test_another_encoding_can_be_the_contract(home, tmp_path):
    """What the contract says is what is read, and no other."""
    contracts = declared(tmp_path, DECLARATION.replace("version: 1\n", "version: 1\n              encoding: cp1252\n"))
    text = lines(ROW.replace("fine", "né à l'hôpital"))
    deliver(home, "a.csv", text.encode("cp1252"))
    deliver(home, "b.csv", text)
    one, other = land(home, LATER, contracts=contracts)
    assert query(home, "select note from {raw}") == [("né à l'hôpital",)]
    assert (one.verdict, other.verdict) == ("accepted", "refused")
    assert "utf-8; expected cp1252" in other.reason


# Parquet ---------------------------------------------------------------------------------------------------


def with_column(name: str, values: pa.Array) -> pa.Table:
    """As many good rows, with this column in place of their own."""
    table = as_text([ROW] * len(values))
    return table.set_column(table.schema.get_field_index(name), name, values)


def test_parquet_text_is_checked_like_csv(home, contracts, secret):
    """Text columns follow the same rules; the first row is line 1."""
    deliver(home, "a.parquet", as_text([ROW, ROW.replace(";42;", ";4.0;"), ROW, ROW.replace(";F;", ";;")]))
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.rows_received, entry.rows_accepted, entry.rows_rejected) == (4, 3, 1)
    assert broken(home) == [(2, "age", "type", "4.0")]
    assert query(home, "select line, sexe, age, price::varchar from {raw}") == [
        (1, "F", 42, "12.50"),
        (3, "F", 42, "12.50"),
        (4, None, 42, "12.50"),
    ]
    assert query(home, f"select list_contains(person_keys, {key64('00ab', secret)}) from {{quarantine}}") == [(True,)]


def test_a_file_name_is_not_a_pattern(home, contracts):
    """Only the file of that very name is read, whatever characters it has."""
    deliver(home, "b*'[1].parquet", as_text([ROW]))
    deliver(home, "b'1.parquet", as_text([ROW] * 2))
    deliver(home, "bb'1.parquet", as_text([ROW] * 3))
    assert [entry.rows_accepted for entry in land(home, LATER, contracts=contracts)] == [2, 1, 3]


def moment(text: str) -> datetime.datetime:
    """A moment of the test."""
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("column", "values", "verdicts"),
    [
        ("age", pa.array([1, -1, None, 200], pa.int64()), ["", "min", "", "max"]),
        ("age", pa.array([1, 2**40, 120], pa.int64()), ["", "type", ""]),
        ("age", pa.array([1, 2**63], pa.uint64()), ["", "type"]),
        ("age", pa.array([1.0, 1.5, float("nan"), None], pa.float64()), ["", "type", "type", ""]),
        ("age", pa.array([None, None], pa.null()), ["", ""]),
        ("sexe", pa.array(["F", "x", None]).dictionary_encode(), ["", "values", ""]),
        ("sexe", pa.array([None], pa.null()), [""]),
        ("started", pa.array([moment("2021-02-01"), None], pa.timestamp("ms")), ["", "required"]),
        ("started", pa.array([10**18 * 16 // 10, 10**18 * 16 // 10 + 1], pa.timestamp("ns")), ["", "type"]),
        ("ended", pa.array([datetime.date(2021, 2, 28), datetime.date(2021, 2, 1)]), ["", "ends_before_it_starts"]),
        ("ended", pa.array([moment("2021-02-28"), moment("2021-02-28 01:00")], pa.timestamp("us")), ["", "type"]),
        ("weight", pa.array([1.5, -1, float("inf"), float("nan")]), ["", "min", "type", "type"]),
        ("weight", pa.array([1, 2**53 + 1], pa.int64()), ["", "type"]),
        ("price", pa.array([1.25, 1.255, 1e9]), ["", "type", "type"]),
    ],
)
def test_typed_parquet_columns_are_taken_when_exact(home, contracts, column, values, verdicts):
    """A typed value that the lake's type cannot hold exactly breaks `type`."""
    deliver(home, "a.parquet", with_column(column, values))
    [entry] = land(home, LATER, contracts=contracts)
    assert entry.reason == ""
    expected = [(line, verdict) for line, verdict in enumerate(verdicts, start=1) if verdict]
    assert [(row[0], row[2]) for row in broken(home)] == expected
    assert query(home, "select line from {raw} order by 1") == [(n,) for n, v in enumerate(verdicts, 1) if not v]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("sexe", pa.array([1, 2])),
        ("id_personne", pa.array([1, 2], pa.uint64())),
        ("age", pa.array([True])),
        ("started", pa.array([datetime.date(2021, 2, 1)])),
        ("started", pa.array([moment("2021-02-01")], pa.timestamp("us", tz="UTC"))),
        ("ended", pa.array([1])),
        ("note", pa.array([["a"]])),
    ],
)
def test_a_parquet_column_of_another_kind_is_refused(home, contracts, column, values):
    """A number is not a code, a date is no time, a time in a zone is not a time on the wall."""
    deliver(home, "a.parquet", with_column(column, values))
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, f"column {column} is of type" in entry.reason) == ("refused", True)
    assert "of type VARCHAR;" not in entry.reason, "text is what is expected"


# The same file again, the same path again ------------------------------------------------------------------


def test_the_same_content_adds_nothing_under_any_name(home, contracts):
    """It is recognised by its fingerprint, in another folder and under another name."""
    text = lines(ROW, ROW.replace(";42;", ";x;"))
    deliver(home, "a.csv", text)
    [first] = land(home, LATER, contracts=contracts)
    rows = query(home, "select * from {raw}")
    deliver(home, "b.csv", text)
    deliver(home, "a.csv", text, day="2021-03-02")
    again = land(home, LATER, contracts=contracts)
    assert [(e.file, e.verdict, e.delivery) for e in again] == [
        (f"{DAY}/b.csv", "duplicate", None),
        ("2021-03-02/a.csv", "duplicate", None),
    ]
    for entry in again:
        assert (entry.rows_received, entry.rows_accepted, entry.rows_rejected, entry.rows_duplicate) == (2, 0, 1, 1)
        assert entry.sha256 == first.sha256
        assert entry.reason == f"same content as {DAY}/a.csv; 1 rows break the contract as they did"
    assert query(home, "select * from {raw}") == rows
    assert len(broken(home)) == 1


def test_a_known_path_is_not_read_again(home, contracts, monkeypatch):
    """Size and time of change unchanged: the file is not even opened."""
    deliver(home, "a.csv", lines(ROW))
    deliver(home, "bad.csv", "x")
    land(home, LATER, contracts=contracts)
    before = state(home)
    monkeypatch.setattr(orchestration.landing.reception, "fingerprint", lambda path: pytest.fail("read again"))
    assert land(home, LATER, contracts=contracts) == []
    assert state(home) == before


def test_a_touched_file_is_still_the_same(home, contracts):
    """Only its time of change is noted."""
    path = deliver(home, "a.csv", lines(ROW))
    [first] = land(home, LATER, contracts=contracts)
    os.utime(path, ns=(1, 1))
    assert land(home, LATER, contracts=contracts) == []
    [entry] = Lake(home).ledger()
    assert entry == first.model_copy(update={"mtime_ns": 1})


def test_a_new_content_at_a_known_path_lands_too(home, contracts):
    """Both contents stay in the ledger and in the lake; going back to the first adds nothing."""
    first, second = lines(ROW), lines(ROW.replace("00ab", "00ac"))
    for content, landed in [(first, 1), (second, 1), (first, 0)]:
        path = deliver(home, "a.csv", content)
        os.utime(path, ns=(len(content), time.time_ns()))
        assert len(land(home, LATER, contracts=contracts)) == landed
    assert query(home, "select count(*), count(distinct delivery) from {raw}") == [(2, 2)]
    assert query(home, "select file, verdict from {ledger}") == [(f"{DAY}/a.csv", "accepted")] * 2


def test_a_refused_file_is_tried_again_under_a_new_contract(home, tmp_path):
    """Mending the contract and raising its version is the way out."""
    deliver(home, "a.csv", lines(ROW).replace(";age;", ";years;"))
    [entry] = land(home, LATER, contracts=declared(tmp_path, DECLARATION))
    assert entry.verdict == "refused"
    mended = DECLARATION.replace("name: age", "name: years").replace("version: 1\n", "version: 2\n")
    [entry] = land(home, LATER, contracts=declared(tmp_path, mended))
    assert (entry.verdict, entry.contract_version) == ("accepted", 2)
    assert query(home, "select verdict from {ledger}") == [("accepted",)]


# Places and times ------------------------------------------------------------------------------------------


def test_files_land_up_to_a_day_and_by_feed(home, contracts):
    """In the order of receipt, each once."""
    for day in ("2021-03-03", "2021-03-01", "2021-03-02"):
        deliver(home, "a.csv", lines(ROW.replace("fine", day)), day=day)
    seen = []
    land(
        home,
        datetime.date(2021, 3, 2),
        contracts=contracts,
        report=lambda entry, number, total: seen.append((entry.file, number, total)),
    )
    assert seen == [("2021-03-01/a.csv", 1, 2), ("2021-03-02/a.csv", 2, 2)]
    assert [e.file for e in land(home, LATER, ["visits"], contracts=contracts)] == ["2021-03-03/a.csv"]
    with pytest.raises(VigieError, match=r"No feed visit is declared; the feeds are visits"):
        land(home, LATER, ["visit"], contracts=contracts)


def test_files_in_the_making_are_left_alone(home, contracts):
    """Hidden files and folders, and names ending in .tmp or .part."""
    for name in (".a.csv", "a.csv.tmp", "a.csv.part"):
        deliver(home, name, lines(ROW))
    deliver(home, "a.csv", lines(ROW), day=".2021-03-01")
    assert land(home, LATER, contracts=contracts) == []


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("hospitals/2021-03-01/a.csv", "no feed hospitals is declared"),
        ("visits/monday/a.csv", "not in a folder named by its day"),
        ("visits/2021-02-30/a.csv", "not in a folder named by its day"),
        ("visits/20210301/a.csv", "not in a folder named by its day"),
        ("visits/a.csv", "not in a folder named by its day"),
        ("visits/2021-03-01/more/a.csv", "not in a folder named by its day"),
        ("a.csv", "is declared"),
    ],
)
def test_a_file_in_a_wrong_place_is_refused(home, contracts, place, reason):
    """The reason says where it should stand; the other files land."""
    path = home.landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lines(ROW))
    deliver(home, "good.csv", lines(ROW), day="2021-03-05")
    bad, good = land(home, LATER, ["visits"], contracts=contracts)
    assert (bad.verdict, good.verdict) == ("refused", "accepted")
    assert reason in bad.reason
    assert "expected landing/<feed>/<YYYY-MM-DD>/<file>" in bad.reason
    assert land(home, LATER, contracts=contracts) == []


def test_the_ledger_adds_up(home, contracts):
    """received = accepted + rejected + duplicate for every file, and the lake holds what the ledger says."""
    deliver(home, "a.csv.gz", lines(ROW, "x", ROW))
    deliver(home, "b.csv.gz", lines(ROW, "x", ROW))
    deliver(home, "c.csv", "<html>")
    deliver(home, "d.parquet", as_text([ROW, ROW.replace(";42;", ";x;")]))
    land(home, LATER, contracts=contracts)
    sums = "sum(rows_received), sum(rows_accepted), sum(rows_rejected), sum(rows_duplicate)"
    assert query(home, f"select {sums} from {{ledger}}") == [(8, 3, 3, 2)]
    unequal = "rows_received <> rows_accepted + rows_rejected + rows_duplicate"
    assert query(home, f"select * from {{ledger}} where {unequal}") == []
    for side, column in (("raw", "accepted"), ("quarantine", "rejected")):
        held = f"select delivery, count(*) from {{{side}}} group by 1"
        said = f"select delivery, rows_{column} from {{ledger}} where rows_{column} > 0 and verdict = 'accepted'"
        assert sorted(query(home, held)) == sorted(query(home, said))
    assert query(home, "select verdict from {ledger} order by file") == [
        ("accepted",),
        ("duplicate",),
        ("refused",),
        ("accepted",),
    ]


def test_an_empty_lake_can_be_read(home):
    """Every feed of the project has its relations before anything has landed."""
    prepare_lake(home)
    for feed in read_contracts():
        assert query(home, "select count(*) from {raw}", feed) == [(0,)]
        assert query(home, "select count(*) from {quarantine}", feed) == [(0,)]
    assert query(home, "select count(*) from {ledger}") == [(0,)]
    before = {path: path.stat().st_mtime_ns for path in home.lake.rglob("*.parquet")}
    prepare_lake(home)
    assert {path: path.stat().st_mtime_ns for path in home.lake.rglob("*.parquet")} == before


# Whole or not at all ---------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for a kill: nothing catches it, and nothing is written after it."""


def test_a_kill_at_any_moment_leaves_nothing_half_landed(tmp_path, contracts, monkeypatch):
    """Whichever file was to be written next, the next landing ends in the state of an undisturbed one."""

    def delivered(name: str) -> Home:
        home = Home(tmp_path / name)
        for number, text in enumerate([lines(ROW, "x"), lines(ROW), "<html>", lines(ROW.replace("00ab", "00ac"))]):
            path = deliver(home, f"{number % 3}.csv", text, day=f"2021-03-0{number // 3 + 1}")
            os.utime(path, ns=(0, 0))
        return home

    replace = os.replace
    undisturbed = delivered("undisturbed")
    steps = []
    monkeypatch.setattr(os, "replace", lambda *paths: steps.append(paths) or replace(*paths))
    land(undisturbed, LATER, contracts=contracts)
    assert len(steps) >= 12

    for step in range(len(steps)):
        home = delivered(f"killed-{step}")
        done = []

        def killed(*paths: object, step: int = step, done: list = done) -> None:
            if len(done) == step:
                raise Killed
            done.append(paths)
            replace(*paths)

        monkeypatch.setattr(os, "replace", killed)
        with pytest.raises(Killed):
            land(home, LATER, contracts=contracts)
        monkeypatch.setattr(os, "replace", replace)
        committed = {entry.delivery for entry in Lake(home).ledger() if entry.verdict == "accepted"}
        land(home, LATER, contracts=contracts)
        assert state(home) == state(undisturbed), f"killed before file {step}"
        assert committed <= {entry.delivery for entry in Lake(home).ledger()}


def test_rows_of_a_killed_landing_never_count(home, contracts, monkeypatch):
    """Rows without an entry in the ledger are gone before the lake is read, even when their file never comes back."""
    path = deliver(home, "a.csv", lines(ROW, "x"))

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(Lake, "commit", killed)
    with pytest.raises(Killed):
        land(home, LATER, contracts=contracts)
    monkeypatch.undo()
    assert (query(home, "select count(*) from {raw}"), len(broken(home))) == ([(1,)], 1)
    path.unlink()
    prepare_lake(home, contracts=contracts)
    assert (query(home, "select count(*) from {raw}"), len(broken(home))) == ([(0,)], 0)


@pytest.mark.parametrize("moment_of_death", ["while rows are written", "between the rows and the ledger"])
def test_a_killed_process_lands_nothing_half(tmp_path, contracts, moment_of_death):
    """The same with a real SIGKILL; the lock dies with its holder."""
    home, undisturbed = Home(tmp_path / "home"), Home(tmp_path / "undisturbed")
    for one in (home, undisturbed):
        os.utime(deliver(one, "a.csv", lines(*[ROW] * 400, "x")), ns=(0, 0))
    land(undisturbed, LATER, contracts=contracts)
    fatal = {
        "while rows are written": "pyarrow.parquet.ParquetWriter.write_table = after(4, pyarrow.parquet.ParquetWriter"
        ".write_table)",
        "between the rows and the ledger": "Lake.commit = after(0, Lake.commit)",
    }[moment_of_death]
    script = f"""
        import datetime, os, signal, sys
        from pathlib import Path
        import pyarrow.parquet
        from orchestration.home import Home
        from orchestration.landing import land, read_contracts, reading
        from orchestration.landing.lake import Lake

        def after(calls, function):
            made = []
            def counted(*arguments, **named):
                if len(made) == calls:
                    os.kill(os.getpid(), signal.SIGKILL)
                made.append(1)
                return function(*arguments, **named)
            return counted

        reading._BLOCK = 4096
        {fatal}
        contracts = read_contracts(Path({str(tmp_path / "staging")!r}))
        land(Home(Path({str(home.root)!r})), datetime.date(2030, 1, 1), contracts=contracts)
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=PROJECT, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    assert list(Lake(home).ledger()) == []
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.rows_accepted, entry.rows_rejected) == (400, 1)
    assert state(home) == state(undisturbed)


def test_a_file_that_changes_while_it_lands_waits(home, contracts, monkeypatch):
    """What was read is not what is there: nothing is recorded until the file rests."""
    path = deliver(home, "a.csv", lines(ROW))
    fingerprint = orchestration.landing.reception.fingerprint

    def grown(read: Path) -> str:
        digest = fingerprint(read)
        path.write_text(lines(ROW, ROW))
        return digest

    monkeypatch.setattr(orchestration.landing.reception, "fingerprint", grown)
    assert land(home, LATER, contracts=contracts) == []
    assert query(home, "select count(*) from {raw}") == [(0,)]
    monkeypatch.undo()
    assert [entry.rows_accepted for entry in land(home, LATER, contracts=contracts)] == [2]


def test_a_file_that_cannot_be_opened_is_tried_again(home, contracts, monkeypatch):
    """The others land; it is said why, at every landing, until it can be read: then nothing is left of that."""
    closed = deliver(home, "a.csv", lines(ROW, ROW))
    deliver(home, "b.csv", lines(ROW))
    fingerprint = orchestration.landing.reception.fingerprint

    def refusing(path: Path) -> str:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return fingerprint(path)

    monkeypatch.setattr(orchestration.landing.reception, "fingerprint", refusing)
    entries = land(home, LATER, contracts=contracts)
    assert [(entry.file, entry.verdict, entry.rows_accepted) for entry in entries] == [
        (f"{DAY}/a.csv", "refused", 0),
        (f"{DAY}/b.csv", "accepted", 1),
    ]
    assert entries[0].reason.startswith(f"visits/{DAY}/a.csv: it could not be read: PermissionError: Permission denied")
    assert "tried again" in entries[0].reason
    assert [entry.verdict for entry in land(home, LATER, contracts=contracts)] == ["refused"]
    assert query(home, "select verdict from {ledger} order by file") == [("refused",), ("accepted",)]
    monkeypatch.setattr(orchestration.landing.reception, "fingerprint", fingerprint)
    assert [entry.rows_accepted for entry in land(home, LATER, contracts=contracts)] == [2]
    assert query(home, "select verdict from {ledger} order by file") == [("accepted",), ("accepted",)]
    assert len(list(home.lake.glob("ledger/*/*/*.json"))) == 2


def test_one_landing_at_a_time(home, contracts):
    """The second one says who has the lake and what to do."""
    with Lake(home).locked(), pytest.raises(VigieError, match=rf"`landing` \(process {os.getpid()}\) .* Wait"):
        land(home, LATER, contracts=contracts)
    assert land(home, LATER, contracts=contracts) == []


def test_an_unreadable_ledger_entry_is_named(home, contracts):
    """It is never taken for a file that has not landed."""
    deliver(home, "a.csv", lines(ROW))
    land(home, LATER, contracts=contracts)
    [path] = home.lake.glob("ledger/*/*/*.json")
    path.write_text("{")
    with pytest.raises(VigieError, match=re.escape(str(path))):
        land(home, LATER, contracts=contracts)


# Contracts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("type: integer, min: 0", "type: integer, minimum: 0", r"column age: contract\.minimum: unknown key \(known: "),
        ("formats:", "format:", r"contract\.formats: Field required; contract\.format: unknown key"),
        ('sql: "ended', 'seql: "ended', r"contract\.rules\.0\.seql: unknown key"),
        ("type: date}", "type: dates}", r"column ended: contract\.type: Input should be 'key64'"),
        ("data_type: date,", "data_type: varchar,", "ended: data_type varchar cannot hold the contract type date"),
        ("values: [F, H]", "values: [F, 1]", "put them in quotes"),
        ("values: [F, H]", "min: 3", "min and max have no meaning for type string"),
        ("min: 0, max: 120", "pattern: x", "pattern has no meaning for type integer"),
        ("min: '2020-01-01'", "min: yesterday", "column started: contract: .*isoformat"),
        ("required: true, min", "required: 'yes', min", "column started: contract.required"),
        ("values: [F, H]", "dated_values: {F: {since: 2021-01-01}}", r"contract\.dated_values\.F\.since: unknown key"),
        ("values: [F, H]", "dated_values: {F: {}, 1: {}}, dated_by: started", "put them in quotes"),
        ("values: [F, H]", "dated_values: {F: {}}", "dated_values and dated_by go together"),
        ("values: [F, H]", "values: [F, H], dated_by: started", "dated_values and dated_by go together"),
        ("values: [F, H]", "values: [F], dated_values: {F: {}}, dated_by: started", "are two vocabularies"),
        ("values: [F, H]", "dated_values: {F: {from: 2021-01-02, until: 2021-01-01}}", "cannot end on 2021-01-01"),
        ("values: [F, H]", "dated_values: {F: {}}, dated_by: ended", "ended is neither received_on nor a required"),
        ("values: [F, H]", "dated_values: {F: {}}, dated_by: age", "age is neither received_on nor a required"),
        ("version: 1\n", "version: one\n", "contract.version"),
        ("version: 1\n", "version: 1\n              encoding: utf-88\n", "encoding utf-88 is unknown"),
        ("version: 1\n", "version: 1\n              delimiter: ';;'\n", "contract.delimiter"),
        ("rules:", "sets: [{name: two, by: [age], sql: count(*) = 2}]\n              rules:", "need restated: true"),
        ("column: started, sql", "column: start, sql", "rule in_the_future: start is not a delivered column"),
        ("name: note,", "name: line,", "column line: added by landing"),
        ("name: note,", "name: age,", "column age: declared twice"),
        ("sources:", "sources: [", "not readable as YAML"),
    ],
)
def test_a_contract_that_does_not_hold_is_named(tmp_path, old, new, message):
    """The message has the file, the feed or column, and the key."""
    assert old in DECLARATION
    with pytest.raises(VigieError, match=rf"_visits__sources\.yml: .*{message}"):
        declared(tmp_path, DECLARATION.replace(old, new, 1))


@pytest.mark.parametrize(("old", "new"), [("ended >= started", "end >= start of it"), ("[0-9a-f]{4}", "[0-9a-f")])
def test_a_rule_that_is_not_sql_is_named_before_any_file_is_read(home, tmp_path, old, new):
    """Preparing the lake runs every rule, on no rows."""
    with pytest.raises(VigieError, match=r"_visits__sources\.yml: feed visits: a rule or pattern .* is not valid"):
        prepare_lake(home, contracts=declared(tmp_path, DECLARATION.replace(old, new)))


def test_a_feed_is_declared_once(tmp_path):
    """Two declarations of a feed would be two contracts."""
    declared(tmp_path, DECLARATION)
    with pytest.raises(VigieError, match="already declared in"):
        declared(tmp_path, DECLARATION + DECLARATION.split("sources:")[1])


def test_the_project_declares_sidep():
    """Merge keys are followed, and columns that the lake adds are not delivered."""
    contract = read_contracts()["sidep"]
    assert contract.names[:4] == ["id_resultat", "version", "nature", "id_personne"]
    assert contract.names[-2:] == ["criblage_d", "criblage_variant"]
    assert contract.columns[-2].contract.max == 1
    assert contract.person.name == "id_personne"


# A second opinion ------------------------------------------------------------------------------------------

SIDEP_ROW = {
    "id_resultat": "r-00000001",
    "version": "1",
    "nature": "new",
    "id_personne": "0123456789abcdef",
    "date_prelevement": "2021-02-27T10:30",
    "date_resultat": "2021-02-27 18:00:00",
    "id_laboratoire": "LAB01",
    "type_analyse": "RT-PCR",
    "resultat": "N",
    "sexe": "F",
    "age": "42",
    "commune_residence": "2A004",
    "iris_residence": "2A0040101",
    "departement_residence": "2A",
    "departement_prelevement": "971",
    "symptomes": "O",
    "date_debut_symptomes": "2021-02-25",
    "criblage_a": "0",
    "criblage_b": "1",
    "criblage_c": "",
    "criblage_d": "",
    "criblage_variant": "",
}
ODDITIES = (
    ["", " ", "x", "0", "1", "2", "-1", "00", "1.0", "1e0", " 1", "10000", "120", "121", "99999999999", "é"]
    + ["new", "deletion", "New", "P", "p", "F", " F", "F ", "O", "N", "RT-PCR", "SEROLOGIE", "97", "971", "2C", "2A"]
    + ["2021-02-27", "2021-02-28", "2021-02-30", "2021-2-28", "2020-13-01", "2019-12-31", "2019-12-31T00:00"]
    + ["2021-03-01T23:59:59", "2021-03-02T00:00", "2021-02-27T10:30:00", "2021-02-27 10:29", "2021-02-27T10:30Z"]
    + [
        "2021-02-27T25:00",
        "2021-02-27T10:60",
        "2021-03-02T23:59",
        "2021-03-03T00:00",
        "2021-02-27T10:30:60",
        "0123456789ABCDEF",
        "0123456789abcde",
        "75056",
    ]
    + ["750560101", "V1", "nan", "null", "'", "--", "%", "0001-01-01", "9999-12-31"]
)


def verdict_of(row: dict[str, str]) -> tuple[str, str] | None:
    """The first rule that a SI-DEP row breaks, read from the contract's words and not from its code."""
    whole = re.fullmatch

    def number(text: str) -> int | None:
        return int(text) if whole(r"0|-?[1-9][0-9]{0,8}", text) else None

    def day(text: str) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(text) if whole(r"\d{4}-\d\d-\d\d", text) else None
        except ValueError:
            return None

    def instant(text: str) -> datetime.datetime | None:
        try:
            ok = whole(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text)
            return datetime.datetime.fromisoformat(text) if ok else None
        except ValueError:
            return None

    start = datetime.datetime(2020, 1, 1)
    dep = r"([0-9][0-9AB])|(9[78][0-9])"
    terms = {
        "id_resultat": (True, None, r"[0-9A-Za-z-]{8,64}"),
        "version": (True, number, lambda v: "min" if v < 1 else "max" if v > 9999 else None),
        "nature": (True, None, ["new", "correction", "deletion"]),
        "id_personne": (True, None, r"[0-9a-f]{16,64}"),
        "date_prelevement": (True, instant, lambda v: "min" if v < start else None),
        "date_resultat": (True, instant, lambda v: "min" if v < start else None),
        "id_laboratoire": (True, None, r"[0-9A-Z]{3,14}"),
        "type_analyse": (True, None, ["RT-PCR", "ANTIGENIQUE", "SEROLOGIE"]),
        "resultat": (True, None, ["P", "N", "I"]),
        "sexe": (False, None, ["F", "H", "I"]),
        "age": (False, number, lambda v: "min" if v < 0 else "max" if v > 120 else None),
        "commune_residence": (False, None, r"[0-9][0-9AB][0-9]{3}"),
        "iris_residence": (False, None, r"[0-9][0-9AB][0-9A-Z]{7}"),
        "departement_residence": (False, None, dep),
        "departement_prelevement": (False, None, dep),
        "symptomes": (False, None, ["O", "N"]),
        "date_debut_symptomes": (
            False,
            day,
            lambda v: "min" if v < start.date() else "max" if v.year > 2199 else None,
        ),
    } | {f"criblage_{t}": (False, number, lambda v: "min" if v < 0 else "max" if v > 1 else None) for t in "abcd"}
    terms["criblage_variant"] = (False, None, ["V1", "V2_3", "IND", "ABS"])
    for name, (required, read, bound) in terms.items():
        text = row[name]
        if text == "":
            if required:
                return name, "required"
        elif read is not None:
            value = read(text)
            if value is None:
                return name, "type"
            if bound(value):
                return name, bound(value)
        elif isinstance(bound, list):
            if text not in bound:
                return name, "values"
        elif not whole(bound, text):
            return name, "pattern"
    sampled, ready = instant(row["date_prelevement"]), instant(row["date_resultat"])
    if row["criblage_variant"] and not datetime.datetime(2021, 1, 25) <= sampled < datetime.datetime(2021, 7, 1):
        return "criblage_variant", "dated_values"
    onset = day(row["date_debut_symptomes"])
    if sampled >= datetime.datetime(2021, 3, 2):
        return "date_prelevement", "sampled_after_delivery"
    if ready < sampled:
        return "date_resultat", "result_before_sampling"
    if ready >= datetime.datetime(2021, 3, 3):
        return "date_resultat", "result_after_delivery"
    if onset and onset > sampled.date():
        return "date_debut_symptomes", "onset_after_sampling"
    if onset and row["symptomes"] == "N":
        return "date_debut_symptomes", "onset_without_symptoms"
    return None


def test_a_result_is_not_of_the_days_after_its_receipt(home):
    """A day of tolerance for clocks; a year 9999 is no delay of ten days."""
    moments = ["2021-03-01T23:59", "2021-03-02T23:59:59", "2021-03-03T00:00", "9999-12-31T00:00"]
    rows = [";".join((SIDEP_ROW | {"date_resultat": moment}).values()) for moment in moments]
    deliver(home, "a.csv", "\n".join([";".join(SIDEP_ROW), *rows, ""]), feed="sidep")
    land(home, LATER, ["sidep"])
    assert query(home, "select line from {raw} order by 1", "sidep") == [(2,), (3,)]
    assert [row[:3] for row in broken(home, "sidep")] == [
        (4, "date_resultat", "result_after_delivery"),
        (5, "date_resultat", "max"),
    ]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet"])
def test_the_checks_agree_with_a_second_opinion(home, name):
    """Thousands of rows with random oddities: the same verdict for each as a plain reading of the contract."""
    draw = dice("second opinion", name)
    rows = []
    for _ in range(4000):
        row = dict(SIDEP_ROW)
        for column in draw.sample(list(row), k=draw.choice([0, 1, 1, 1, 1, 2, 3])):
            row[column] = draw.choice(ODDITIES)
        rows.append(row)
    table = pa.Table.from_pylist(rows)
    text = "\n".join(";".join(row.values()) for row in [{n: n for n in SIDEP_ROW}, *rows]) + "\n"
    deliver(home, name, table if name.endswith("parquet") else text, feed="sidep")
    [entry] = land(home, LATER, ["sidep"])
    first_line = 1 if name.endswith("parquet") else 2
    expected = {line: verdict_of(row) for line, row in enumerate(rows, start=first_line)}
    found = dict.fromkeys(line for (line,) in query(home, "select line from {raw}", "sidep"))
    found |= {line: (column, rule) for line, column, rule, _ in broken(home, "sidep")}
    assert {n: (rows[n - first_line], v, found.get(n)) for n, v in expected.items() if found.get(n, "lost") != v} == {}
    assert len(found) == entry.rows_received == len(rows)
    assert 500 < entry.rows_accepted < 3500
    assert len({verdict for verdict in expected.values() if verdict}) > 40
