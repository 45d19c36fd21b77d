"""The landing folder may hold anything: one bad thing stops one thing, what waits is said, a path is data."""

import datetime
import gzip
import hashlib
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from small_feed import DAY, DECLARATION, HEADER, LATER, ROW, as_text, broken, declared, deliver, lines, query

import orchestration.landing.arrivals
import orchestration.landing.reading
import orchestration.landing.reception
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import land, waiting
from orchestration.status import describe, read_status, summary


def with_terms(folder: Path, terms: str) -> dict:
    """The contract of the small feed with further terms of the table."""
    return declared(folder, DECLARATION.replace("version: 1\n", f"version: 1\n              {terms}\n"))


def verdicts(home: Home, contracts: dict) -> dict[str, str]:
    """What a landing says of each file."""
    return {entry.file: entry.verdict for entry in land(home, LATER, contracts=contracts)}


# Names -----------------------------------------------------------------------------------------------------

ODD_NAMES = [
    b"r\xe9sultats.csv",
    b"r\xe9sultats.parquet",
    "résultats 'été' (1).parquet".encode(),
    b'quote"; drop.parquet',
    b"glob*[1]?.parquet",
    b"received_on=2020-01-01.parquet",
    b"{brace}%s.parquet",
    b"new\nline\x1b[31m.csv",
    b"back\\slash.csv",
    "\u202egpj.csv".encode(),
    b"-rf.csv",
]


def test_every_name_lands_and_is_said_escaped(home, contracts):
    """Bytes that are no UTF-8, quotes, patterns, keys of a partition, control characters: none stops anything."""
    folder = os.fsencode(home.landing / "visits" / DAY)
    os.makedirs(folder)
    for number, name in enumerate(ODD_NAMES):
        rows = [ROW.replace("00ab", f"{number:04x}")]
        if name.endswith(b".csv"):
            Path(os.fsdecode(os.path.join(folder, name))).write_text(lines(*rows))
        else:
            pyarrow.parquet.write_table(as_text(rows), home.root / "written.parquet")
            os.rename(home.root / "written.parquet", os.path.join(folder, name))
    entries = land(home, LATER, contracts=contracts)
    assert [entry.reason for entry in entries] == [""] * len(ODD_NAMES)
    assert query(home, "select count(*), count(distinct delivery) from {raw}") == [(len(ODD_NAMES),) * 2]
    said = {entry.file.removeprefix(f"{DAY}/") for entry in entries}
    assert {r"r\xe9sultats.csv", r"r\xe9sultats.parquet", r"new\nline\x1b[31m.csv", "-rf.csv"} <= said
    assert all(name.isprintable() and name.encode() for name in said)
    assert land(home, LATER, contracts=contracts) == []


def test_a_folder_of_no_feed_may_have_any_name(home, contracts):
    """It is refused, escaped, and the others go on."""
    for name in (b"\xff" * 250, b"..visits", b"Visits "):
        folder = os.path.join(os.fsencode(home.landing), name, DAY.encode())
        os.makedirs(folder)
        Path(os.fsdecode(os.path.join(folder, b"a.csv"))).write_text(lines(ROW))
    deliver(home, "good.csv", lines(ROW), day="2021-03-05")
    entries = land(home, LATER, contracts=contracts)
    assert [entry.verdict for entry in entries] == ["refused", "refused", "accepted"]
    assert entries[1].feed == "\\xff" * 250
    assert land(home, LATER, contracts=contracts) == []


# Failures that nobody foresaw ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [OverflowError("SECRET"), MemoryError(), RecursionError("deep"), OSError(5, "I/O error")]
)
def test_a_failure_that_was_not_foreseen_stops_one_file(home, contracts, monkeypatch, error):
    """It is said in our words, the others land, and the file is tried again at the next landing."""
    for name in "abc":
        deliver(home, f"{name}.csv", lines(ROW.replace("fine", name)))
    open_delivery = orchestration.landing.reception.open_delivery

    def failing(path, contract, con):
        if path.name == "b.csv":
            con.close()
            raise error
        return open_delivery(path, contract, con)

    monkeypatch.setattr(orchestration.landing.reception, "open_delivery", failing)
    _, bad, _ = entries = land(home, LATER, contracts=contracts)
    assert [entry.verdict for entry in entries] == ["accepted", "refused", "accepted"]
    assert (type(error).__name__ in bad.reason, "SECRET" in bad.reason) == (True, False)
    monkeypatch.setattr(orchestration.landing.reception, "open_delivery", open_delivery)
    assert verdicts(home, contracts) == {f"{DAY}/b.csv": "accepted"}


def test_a_full_disk_stops_the_landing_and_no_file_is_blamed(home, contracts, monkeypatch):
    """That is not about the file: nothing is said of it, and it lands when there is room again."""
    deliver(home, "a.csv", lines(ROW))

    def full(path, contract, con):
        raise OSError(28, "No space left on device")

    open_delivery = orchestration.landing.reception.open_delivery
    monkeypatch.setattr(orchestration.landing.reception, "open_delivery", full)
    with pytest.raises(VigieError, match="visits/2021-03-01/a.csv: No space left"):
        land(home, LATER, contracts=contracts)
    monkeypatch.setattr(orchestration.landing.reception, "open_delivery", open_delivery)
    assert verdicts(home, contracts) == {f"{DAY}/a.csv": "accepted"}


# Parquet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["file_row_number", "filename", "line", "delivery", "received_on", "AGE", "Sexe", "a.b"]
)
def test_a_further_parquet_column_may_have_any_name(home, contracts, name):
    """Names that the engine or the lake uses, and names that differ by their case alone, are in nobody's way."""
    deliver(
        home, "a.parquet", as_text([ROW, ROW.replace(";42;", ";x;")]).append_column(name, pa.array(["SECRET", "x"]))
    )
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, entry.rows_accepted, entry.rows_rejected, entry.extra_columns) == ("accepted", 1, 1, 1)
    assert query(home, "select line, sexe, age from {raw}") == [(1, "F", 42)]
    assert broken(home) == [(2, "age", "type", "x")]


def test_parquet_text_that_is_no_utf8_is_refused(home, contracts):
    """Nothing that is no text gets into the lake."""
    bad = pa.StringArray.from_buffers(1, pa.array([0, 2], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe"))
    table = as_text([ROW])
    deliver(home, "a.parquet", table.set_column(table.schema.get_field_index("note"), "note", bad))
    deliver(home, "b.csv", lines(ROW))
    assert verdicts(home, contracts) == {f"{DAY}/a.parquet": "refused", f"{DAY}/b.csv": "accepted"}


# Dates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_moment_beyond_all_calendars_is_quarantined(home, contracts, unit):
    """A typed column can hold the year 290000 and more, where the arithmetic on days breaks."""
    per_second = {"s": 1, "ms": 10**3, "us": 10**6}[unit]
    far = [9_100_000_000_000 * per_second, -9_100_000_000_000 * per_second, 1614421800 * per_second]
    table = as_text([ROW] * 3)
    moments = pa.array(far, pa.timestamp(unit))
    deliver(home, "a.parquet", table.set_column(table.schema.get_field_index("started"), "started", moments))
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, entry.rows_rejected) == ("accepted", 2)
    assert {(column, rule) for _, column, rule, _ in broken(home)} <= {
        ("started", "min"),
        ("started", "max"),
        ("started", "type"),
    }


@pytest.mark.parametrize(
    ("value", "rule"),
    [("9999-12-31", "max"), ("2200-01-01", "max"), ("2199-12-31", None), ("1899-12-31", "min"), ("1900-01-01", "late")],
)
def test_every_date_has_bounds_whatever_its_contract_says(home, tmp_path, value, rule):
    """The column `ended` has none of its own."""
    contracts = declared(tmp_path, DECLARATION)
    deliver(home, "a.csv", lines(ROW, ROW.replace("2021-03-05", value)))
    land(home, LATER, contracts=contracts)
    expected = {None: [], "late": [(3, "ended", "ends_before_it_starts")]}.get(rule, [(3, "ended", rule)])
    assert [row[:3] for row in broken(home)] == expected


# Cut files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_last_line_without_an_end_is_a_cut_file(home, contracts, tmp_path, name):
    """87 cut to 8 looks like an age; unless the contract says that the producer writes so, the file is refused."""
    path = deliver(home, name, lines(ROW)[:-1])
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, "the last line (2) has no line end" in entry.reason) == ("refused", True)
    os.utime(path, ns=(0, 0))
    [entry] = land(home, LATER, contracts=with_terms(tmp_path, "unterminated: true"))
    assert (entry.verdict, entry.rows_accepted) == ("accepted", 1)


def test_a_header_without_an_end_is_a_cut_file(home, contracts):
    """Nobody can tell whether rows should follow."""
    deliver(home, "a.csv", HEADER)
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, "the last line (1) has no line end" in entry.reason) == ("refused", True)


def test_a_compressed_file_that_expands_without_end_is_refused(home, contracts, monkeypatch):
    """Line by line it would pass, and never end."""
    monkeypatch.setattr(orchestration.landing.reading, "_EXPANDED", 2**20)
    monkeypatch.setattr(orchestration.landing.reading, "_BLOCK", 2**20)
    deliver(home, "bomb.csv.gz", HEADER + "\n" * 2**22)
    path = deliver(home, "garbage.csv.gz", lines(ROW))
    path.write_bytes(path.read_bytes() + b"garbage")
    deliver(home, "parts.csv.gz", "").write_bytes(
        gzip.compress(lines(ROW).encode()) + gzip.compress(ROW.encode() + b"\n")
    )
    bomb, garbage, parts = land(home, LATER, contracts=contracts)
    assert (bomb.verdict, "expands to more than 200 times" in bomb.reason) == ("refused", True)
    assert (garbage.verdict, "gzip" in garbage.reason, "b'" in garbage.reason) == ("refused", True, False)
    assert (parts.verdict, parts.rows_accepted) == ("accepted", 2)


def test_a_file_waits_for_its_control_file(home, tmp_path):
    """One line `name;rows;sha256`: until it is there the file waits, and it lands only as it was announced."""
    contracts = with_terms(tmp_path, "control: true")
    content = lines(ROW, ROW.replace(";42;", ";x;"))
    path = deliver(home, "a.csv", content)
    assert land(home, LATER, contracts=contracts) == []
    assert [(each.path, each.why) for each in waiting(home, LATER, contracts)] == [
        (f"visits/{DAY}/a.csv", "its control file a.csv.control is not there")
    ]
    path.with_name("z.csv.control").write_text("z.csv;1;0")
    assert [each.path for each in waiting(home, LATER, contracts)][1:] == [f"visits/{DAY}/z.csv.control"]
    path.with_name("z.csv.control").unlink()
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    control = path.with_name("a.csv.control")
    for said, reason in [
        ("SECRET", "one line name;rows;sha256"),
        (f"b.csv;2;{sha256}", "one line name;rows;sha256"),
        (f"a.csv;2;{'0' * 64}", "its SHA-256 is not the one in its control file"),
        (f"a.csv;3;{sha256}", "2 rows; expected 3, as its control file says"),
    ]:
        control.write_text(said)
        [entry] = land(home, LATER, contracts=contracts)
        assert (entry.verdict, reason in entry.reason, "SECRET" in entry.reason) == ("refused", True, False)
    control.write_text(f"a.csv;2;{sha256.upper()}\n")
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.verdict, entry.rows_accepted, entry.rows_rejected) == ("accepted", 1, 1)
    assert (land(home, LATER, contracts=contracts), waiting(home, LATER, contracts)) == ([], [])
    assert query(home, "select verdict from {ledger}") == [("accepted",)]


def test_a_file_waits_until_it_has_settled(home, tmp_path, monkeypatch):
    """The clock counts from the last change of anything about the file, which its sender cannot set."""
    contracts = with_terms(tmp_path, "settling: 60")
    path = deliver(home, "a.csv", lines(ROW))
    os.utime(path, ns=(0, 0))
    assert land(home, LATER, contracts=contracts) == []
    assert [each.why for each in waiting(home, LATER, contracts)] == ["changed less than 60 seconds ago"]
    now = path.stat().st_ctime + 61
    monkeypatch.setattr(orchestration.landing.arrivals.time, "time", lambda: now)
    assert verdicts(home, contracts) == {f"{DAY}/a.csv": "accepted"}


def test_a_file_that_goes_while_it_is_looked_at_is_in_no_other_s_way(home, tmp_path, monkeypatch):
    """Its producer has taken it away: what stays lands."""
    contracts = with_terms(tmp_path, "settling: 60")
    gone = deliver(home, "a.csv", lines(ROW))
    deliver(home, "b.csv", lines(ROW, ROW))
    now = gone.stat().st_ctime + 61

    def time() -> float:
        gone.unlink(missing_ok=True)
        return now

    monkeypatch.setattr(orchestration.landing.arrivals.time, "time", time)
    assert verdicts(home, contracts) == {f"{DAY}/b.csv": "accepted"}


# Rows ------------------------------------------------------------------------------------------------------

PLACED = '00ab;F;{};2021-02-27T10:30;;;;"a; ""quoted"" note"'


@pytest.mark.parametrize("age", ['"4"5', '4"5"', '"4""', '"4" ', ' "4"', '"4"5"6"', '""4'])
def test_a_misplaced_quote_is_no_value(home, contracts, age):
    """A quote begins or ends a field, or is doubled within one: whatever else is written, nothing is made of it."""
    deliver(home, "a.csv", lines(PLACED.format("42"), PLACED.format(age), PLACED.format('"45"')))
    land(home, LATER, contracts=contracts)
    assert query(home, "select line, age, note from {raw}") == [
        (2, 42, 'a; "quoted" note'),
        (4, 45, 'a; "quoted" note'),
    ]
    assert [row[:3] for row in broken(home)] == [(3, "", "field_count")]


def test_fields_in_quotes_are_read_as_they_are_meant(home, contracts):
    """Empty, a lone quote, separators, quotes at the edge."""
    notes = ['""', '""""', '";;"', '"""a"""', '"a"', "a"]
    deliver(home, "a.csv", lines(*(ROW.replace("fine", note) for note in notes)))
    land(home, LATER, contracts=contracts)
    assert [note for (note,) in query(home, "select note from {raw} order by line")] == [
        None, '"', ";;", '"a"', "a", "a",
    ]  # fmt: skip


@pytest.mark.parametrize("block", [64, 2**20])
def test_lines_of_separators_are_skipped_and_counted(home, contracts, monkeypatch, block):
    """They are no rows received; a blank line is not even counted, and a quote of its own is no such line."""
    monkeypatch.setattr(orchestration.landing.reading, "_BLOCK", block)
    deliver(home, "a.csv", lines(ROW, ";;;;;;;", "", ' ; ;"";;;; ;', ROW, '"', ";;;;;;", " ") + ";;;;;;;\r\n")
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.rows_received, entry.rows_accepted, entry.rows_rejected, entry.rows_blank) == (3, 2, 1, 4)
    assert [line for (line,) in query(home, "select line from {raw} order by 1")] == [2, 6]
    assert [row[0] for row in broken(home)] == [7]
    assert query(home, "select rows_blank from {ledger}") == [(4,)]


# What waits ------------------------------------------------------------------------------------------------


def test_what_does_not_land_is_said(home, contracts, tmp_path):
    """Files still written, of a day to come, links out of the folder or to nowhere, and what is no file."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(lines(ROW))
    for name in (".hidden.csv", "a.csv.part", "b.csv.filepart", "C.CSV.TMP", "good.csv"):
        deliver(home, name, lines(ROW))
    folder = home.landing / "visits" / DAY
    deliver(home, "later.csv", lines(ROW), day="2021-03-09")
    deliver(home, "later2.csv", lines(ROW), day="2021-03-09")
    (folder / "dangling.csv").symlink_to(folder / "nowhere.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "out.csv").symlink_to(outside / "secret.csv")
    (home.landing / "visits" / "2021-02-01").symlink_to(outside)
    (folder / "up").symlink_to(home.landing / "visits")
    (folder / "inside.csv").symlink_to(folder / "good.csv")
    os.mkfifo(folder / "pipe.csv")
    day = datetime.date(2021, 3, 2)
    assert [entry.file for entry in land(home, day, contracts=contracts)] == [f"{DAY}/good.csv", f"{DAY}/inside.csv"]
    found = {each.path: each.why for each in waiting(home, day, contracts)}
    assert found == {
        f"visits/{DAY}/.hidden.csv": "hidden: its name begins with a dot",
        f"visits/{DAY}/a.csv.part": "still being written: its name ends in .part",
        f"visits/{DAY}/b.csv.filepart": "still being written: its name ends in .filepart",
        f"visits/{DAY}/C.CSV.TMP": "still being written: its name ends in .tmp",
        f"visits/{DAY}/dangling.csv": "a link that leads nowhere",
        f"visits/{DAY}/loop.csv": "a link that leads nowhere",
        f"visits/{DAY}/out.csv": "a link out of the landing folder, which is not followed",
        "visits/2021-02-01": "a link out of the landing folder, which is not followed",
        f"visits/{DAY}/up": "a link to a folder that it stands in, which is not followed",
        f"visits/{DAY}/pipe.csv": "neither a file nor a folder",
        "visits/2021-03-09": "2 file(s) of a day after 2021-03-02, that of the run",
    }


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform == "linux", reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_said(home, contracts):
    """The feeds beside it land."""
    deliver(home, "a.csv", lines(ROW), day="2021-03-02")
    closed = deliver(home, "b.csv", lines(ROW)).parent
    closed.chmod(0)
    try:
        assert verdicts(home, contracts) == {"2021-03-02/a.csv": "accepted"}
        assert [each.path for each in waiting(home, LATER, contracts)] == [f"visits/{DAY}"]
    finally:
        closed.chmod(0o700)


def test_a_folder_that_fails_is_said(home, contracts, monkeypatch):
    """The same for root, whom no permission stops."""
    deliver(home, "a.csv", lines(ROW), day="2021-03-02")
    closed = deliver(home, "b.csv", lines(ROW)).parent
    scandir = os.scandir

    def failing(folder):
        if not isinstance(folder, int) and Path(folder) == closed:
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(orchestration.landing.arrivals.os, "scandir", failing)
    assert verdicts(home, contracts) == {"2021-03-02/a.csv": "accepted"}
    assert [(each.path, each.why) for each in waiting(home, LATER, contracts)] == [
        (f"visits/{DAY}", "a folder that cannot be read: Permission denied")
    ]


def test_status_and_summary_say_what_waits(home):
    """One line each, the first ten; the rest are counted."""
    for number in range(12):
        path = home.landing / "sidep" / DAY / f"{number:02}.csv.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    told = describe(read_status(home, datetime.date(2021, 3, 2)))
    line = f"Waiting    landing/sidep/{DAY}/00.csv.part: still being written: its name ends in .part"
    assert line in told
    assert "Waiting    and 2 more" in told
    landing = dict.fromkeys(("files", "rows_received", "rows_accepted", "rows_rejected", "rows_duplicate"), 0)
    landing |= {"verdicts": {}, "refused": [], "waiting": [{"path": "sidep/x", "why": "hidden"}]}
    assert "Waiting    landing/sidep/x: hidden" in summary({"state": "succeeded", "landing": landing}, home)


# The home --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", list("'\"*?[]{}=%#\\$;|<>&!^:`\n\x7f") + ["\udce9"])
def test_a_home_that_cannot_work_is_refused_at_once(tmp_path, monkeypatch, sign):
    """A path goes into SQL, patterns, addresses and settings: what means something there is not taken."""
    for path in (tmp_path / f"a{sign}b", tmp_path / f"a{sign}b" / "home"):
        with pytest.raises(VigieError, match="The path of a home holds letters, digits, spaces and"):
            Home(path)
        monkeypatch.setenv("VIGIE_HOME", str(path))
        with pytest.raises(VigieError, match=r"Name another folder in VIGIE_HOME\."):
            Home.from_env()
        assert not path.exists()


def test_a_home_with_spaces_and_accents_works(tmp_path, contracts):
    """The other signs too: files of every kind land and are read back."""
    home = Home(tmp_path / "été à (1), _-+@~ 日本 e\u0301")
    deliver(home, "a.csv", lines(ROW))
    deliver(home, "b.parquet", as_text([ROW.replace(";42;", ";x;"), ROW]))
    land(home, LATER, contracts=contracts)
    assert query(home, "select count(*), min(received_on)::varchar from {raw}") == [(2, DAY)]
    assert [row[2] for row in broken(home)] == ["type"]
