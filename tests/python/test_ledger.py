"""What becomes of deliveries: their order of arrival, checked again, taken back, stated anew, mostly rejected."""

import datetime
import hashlib
import re

import duckdb
import jinja2
import pytest
from click.testing import CliRunner
from small_epidemic import REPOSITORY
from small_feed import DAY, DECLARATION, LATER, ROW, declared, deliver, lines, query

import orchestration.landing.partial
from orchestration.cli import main
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import LedgerEntry, land, partial_feeds, withdraw
from orchestration.landing.lake import Lake
from orchestration.landing.partial import breaches
from orchestration.release.account import files_refused
from orchestration.status import describe, read_status

NEXT = "2021-03-02"
BAD = ROW.replace(";F;", ";D;")
#: Of the year after: its folder is not the day on which it was received.
OF_NEXT_YEAR = "00ab;F;42;2022-02-27T10:30;;;;"
WIDER = DECLARATION.replace("version: 1\n", "version: 2\n").replace("values: [F, H]", "values: [F, H, D]")


def counts(entry: LedgerEntry) -> tuple[str, int, int, int, int]:
    """Verdict, and rows received, accepted, rejected, received before."""
    return entry.verdict, entry.rows_received, entry.rows_accepted, entry.rows_rejected, entry.rows_duplicate


def live_rows(home: Home) -> list[tuple]:
    """Day of receipt and line of the rows of deliveries that count, in the order of arrival."""
    live = "delivery in (select delivery from {ledger} where verdict = 'accepted')"
    return query(home, f"select received_on::varchar, line from {{raw}} where {live} order by arrival, line")


# The order of arrival -----------------------------------------------------------------------------------------


def test_deliveries_are_numbered_as_they_arrive(home, contracts):
    """By landing after landing, and within one by day and name; the number stands in every row."""
    deliver(home, "b.csv", lines(ROW, ROW), day=NEXT)
    land(home, LATER, contracts=contracts)
    deliver(home, "z.csv", lines(ROW), day=DAY)
    deliver(home, "late.csv", lines(ROW, ROW, ROW), day=DAY)
    deliver(home, "bad.csv", "x", day=DAY)
    land(home, LATER, contracts=contracts)
    deliver(home, "c.csv", lines(*[ROW] * 4), day=NEXT)
    land(home, LATER, contracts=contracts)
    assert query(home, "select arrival, count(*) from {raw} group by 1 order by 1") == [(1, 2), (2, 3), (3, 1), (4, 4)]
    assert query(home, "select file, arrival from {ledger} order by arrival nulls last") == [
        (f"{NEXT}/b.csv", 1), (f"{DAY}/late.csv", 2), (f"{DAY}/z.csv", 3), (f"{NEXT}/c.csv", 4),
        (f"{DAY}/bad.csv", None),
    ]  # fmt: skip


# Checked again ------------------------------------------------------------------------------------------------


def test_rows_of_a_wrong_folder_land_when_the_file_is_moved(home, contracts):
    """They were never received before; those that had counted do not count twice."""
    path = deliver(home, "a.csv", lines(ROW, OF_NEXT_YEAR, OF_NEXT_YEAR, "00ab;F"))
    [first] = land(home, LATER, contracts=contracts)
    assert counts(first) == ("accepted", 4, 1, 3, 0)
    moved = home.landing / "visits" / "2022-03-01" / "a.csv"
    moved.parent.mkdir()
    path.rename(moved)
    [second] = land(home, LATER, contracts=contracts)
    assert counts(second) == ("accepted", 4, 2, 1, 1)
    assert second.delivery != first.delivery
    assert live_rows(home) == [(DAY, 2), ("2022-03-01", 3), ("2022-03-01", 4)]
    assert query(home, f"select line from {{quarantine}} where delivery = {second.delivery}") == [(5,)]
    assert land(home, LATER, contracts=contracts) == []


def test_the_same_content_once_more_frees_nothing_twice(home, contracts):
    """What waits goes on waiting, what counted is received before."""
    for name, day in (("a.csv", DAY), ("b.csv", "2022-03-01"), ("c.csv", "2022-03-02"), ("d.csv", NEXT)):
        deliver(home, name, lines(ROW, OF_NEXT_YEAR, "00ab;F"), day=day)
    assert [counts(entry) for entry in land(home, LATER, contracts=contracts)] == [
        ("accepted", 3, 1, 2, 0), ("duplicate", 3, 0, 2, 1), ("accepted", 3, 1, 1, 1), ("duplicate", 3, 0, 1, 2),
    ]  # fmt: skip
    assert len(live_rows(home)) == 2


def test_a_value_added_to_the_contract_frees_the_rows_that_waited_for_it(home, tmp_path, contracts):
    """By the next landing, on its day, from the file that is still there; and only once."""
    deliver(home, "a.csv", lines(ROW, BAD, "00ab;F"))
    land(home, datetime.date(2021, 3, 1), contracts=contracts)
    assert land(home, datetime.date(2021, 3, 5), contracts=contracts) == []
    [entry] = land(home, datetime.date(2021, 3, 5), contracts=declared(tmp_path, WIDER))
    assert (counts(entry), entry.received_on) == (("accepted", 3, 1, 1, 1), datetime.date(2021, 3, 5))
    assert live_rows(home) == [(DAY, 2), ("2021-03-05", 3)]
    assert land(home, datetime.date(2021, 3, 6), contracts=declared(tmp_path, WIDER)) == []


def test_a_new_version_that_frees_nothing_is_tried_once(home, tmp_path, contracts, monkeypatch):
    """The ledger notes under which version the rows that wait were checked last."""
    deliver(home, "a.csv", lines(ROW, BAD, "00ab;F"))
    land(home, LATER, contracts=contracts)
    other = declared(tmp_path, DECLARATION.replace("version: 1\n", "version: 2\n"))
    [entry] = land(home, LATER, contracts=other)
    assert counts(entry) == ("duplicate", 3, 0, 2, 1)
    assert [counts(each) for each in Lake(home).ledger()] == [("accepted", 3, 1, 2, 0)]
    monkeypatch.setattr(orchestration.landing.reception, "fingerprint", lambda path: pytest.fail("read again"))
    assert land(home, LATER, contracts=other) == []


def test_a_file_is_checked_again_on_demand(home, tmp_path, contracts):
    """By its name; what waits is landed on the day that is asked for, and nothing else is."""
    path = deliver(home, "a.csv", lines(ROW, BAD))
    land(home, LATER, contracts=contracts)
    deliver(home, "b.csv", lines(BAD, ROW, ROW))
    again = f"visits/{DAY}/a.csv"
    [entry] = land(home, LATER, contracts=contracts, again=again)
    assert counts(entry) == ("duplicate", 2, 0, 1, 1)
    # The same version, mended in place.
    mended = declared(tmp_path, WIDER.replace("version: 2\n", "version: 1\n"))
    [entry] = land(home, LATER, contracts=mended, again=again)
    assert counts(entry) == ("accepted", 2, 1, 0, 1)
    [entry] = land(home, LATER, contracts=mended, again=again)
    assert counts(entry) == ("duplicate", 2, 0, 0, 2)
    path.unlink()
    with pytest.raises(VigieError, match="send it again"):
        land(home, LATER, contracts=mended, again=again)
    with pytest.raises(VigieError, match="none was ever seen"):
        land(home, LATER, contracts=mended, again="visits/2021-03-01/x.csv")


@pytest.mark.parametrize(("on", "fate"), [("2021-03-20", "accepted"), ("2021-05-01", "duplicate")])
@pytest.mark.parametrize("landed", [True, False], ids=["landed", "refused"])
def test_what_is_checked_again_after_its_time_stays_in_quarantine(home, tmp_path, on, fate, landed):
    """By the day on which it is checked: the rows that it rests on may be gone. Other rules go by the folder."""
    deliver(home, "a.csv", lines(*([ROW] if landed else []), BAD))
    land(home, LATER, contracts=declared(tmp_path, retained(DECLARATION)))
    until = datetime.date.fromisoformat(on)
    [entry] = land(home, until, contracts=declared(tmp_path, retained(WIDER)))
    assert entry.verdict == (fate if landed or fate == "accepted" else "refused")
    assert entry.received_on == (until if landed and fate == "accepted" else datetime.date.fromisoformat(DAY))
    if not landed and fate != "accepted":
        assert "arrived_too_late of started" in entry.reason


def retained(declaration: str) -> str:
    """The contract with a retention."""
    retention = "              retention: {days: 30, column: started, history: 3}\n              rules:"
    return declaration.replace("              rules:", retention)


def test_what_is_checked_again_may_not_contradict_its_day(home, tmp_path):
    """The day of that, not of its folder."""
    wider = WIDER.replace("              rules:", "              unique: [id_personne, sexe]\n              rules:")
    deliver(home, "a.csv", lines(cell("00ab", "F", 1), cell("00ab", "D", 1)))
    land(home, LATER, contracts=declared(tmp_path, DECLARATION))
    deliver(home, "b.csv", lines(cell("00ab", "D", 7)), day=NEXT)
    contracts = declared(tmp_path, wider)
    land(home, LATER, contracts=contracts, again=f"visits/{NEXT}/b.csv")
    [entry] = land(home, datetime.date.fromisoformat(NEXT), contracts=contracts)
    assert entry.verdict == "refused" and "in another one received on the same day" in entry.reason
    # It stays what it was, with the reason, and is tried once in each version of the contract.
    [kept, _] = Lake(home).ledger()
    assert (*counts(kept), kept.reason) == ("accepted", 2, 1, 1, 0, entry.reason)
    assert [each["reason"] for each in read_status(home, LATER)["refused_files"]] == [entry.reason]
    assert land(home, LATER, contracts=contracts) == []
    # On another day it holds.
    [entry] = land(home, datetime.date(2021, 3, 3), contracts=contracts, again=f"visits/{DAY}/a.csv")
    assert counts(entry) == ("accepted", 2, 1, 0, 1)


def test_what_could_not_be_checked_again_is_tried_again(home, tmp_path):
    """A control file that is not of the file: the version of the contract does not count as tried."""
    told = "              control: true\n              rules:"
    old, new = (text.replace("              rules:", told) for text in (DECLARATION, WIDER))
    path = deliver(home, "a.csv", lines(ROW, BAD))
    control = path.with_name("a.csv.control")
    right = f"a.csv;2;{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    control.write_text(right)
    land(home, LATER, contracts=declared(tmp_path, old))
    control.write_text(right.replace(";2;", ";3;"))
    contracts = declared(tmp_path, new)
    for _ in range(2):
        [entry] = land(home, LATER, contracts=contracts)
        assert entry.verdict == "refused" and "as its control file says" in entry.reason
    assert [each.verdict for each in Lake(home).ledger()] == ["refused", "accepted"]
    control.write_text(right)
    [entry] = land(home, LATER, contracts=contracts)
    assert counts(entry) == ("accepted", 2, 1, 0, 1)
    assert query(home, "select verdict from {ledger}") == [("accepted",), ("accepted",)]
    assert land(home, LATER, contracts=contracts) == []


def test_nothing_is_left_of_a_failure_when_the_file_stays_what_it_was(home, tmp_path, contracts, monkeypatch):
    """Checked again under a version that frees nothing, at the second trial."""
    deliver(home, "a.csv", lines(ROW, BAD))
    land(home, LATER, contracts=contracts)
    other = declared(tmp_path, DECLARATION.replace("version: 1\n", "version: 2\n"))
    with monkeypatch.context() as patch:
        patch.setattr(
            orchestration.landing.reception, "fingerprint", lambda path: (_ for _ in ()).throw(OSError(5, ""))
        )
        assert [entry.verdict for entry in land(home, LATER, contracts=other)] == ["refused"]
    assert [entry.verdict for entry in land(home, LATER, contracts=other)] == ["duplicate"]
    assert query(home, "select verdict from {ledger}") == [("accepted",)]
    assert land(home, LATER, contracts=other) == []


# Taken back ---------------------------------------------------------------------------------------------------


def test_a_withdrawn_delivery_is_kept_in_the_ledger_and_counts_no_more(home, contracts):
    """With the reason, the day and an event of its own, like a delivery; the file that lies there is left alone."""
    deliver(home, "a.csv", lines(ROW, BAD))
    deliver(home, "b.csv", lines(ROW, ROW))
    first, _ = land(home, LATER, contracts=contracts)
    day = datetime.date(2021, 3, 5)
    [entry] = withdraw(home, "visits", f"{DAY}/a.csv", "of another year", day, contracts=contracts)
    assert (entry.verdict, entry.reason, entry.withdrawn_on) == ("withdrawn", "of another year", day)
    assert Lake(home).ledger().of_path("visits", f"{DAY}/a.csv") == [entry]
    columns = "verdict, delivery, withdraws, received_on, withdrawn_on, rows_received"
    assert query(home, f"select {columns} from {{ledger}} order by arrival, 4")[:2] == [
        ("withdrawn", first.delivery, None, datetime.date(2021, 3, 1), day, 2),
        ("withdrawal", entry.withdrawal, first.delivery, day, day, 0),
    ]
    assert land(home, LATER, contracts=contracts) == []
    assert live_rows(home) == [(DAY, 2), (DAY, 3)]
    with pytest.raises(VigieError, match="counts: it was withdrawn"):
        withdraw(home, "visits", f"{DAY}/a.csv", "again", day, contracts=contracts)
    with pytest.raises(VigieError, match="was ever seen"):
        withdraw(home, "visits", f"{DAY}/c.csv", "again", day, contracts=contracts)
    with pytest.raises(VigieError, match="needs its reason"):
        withdraw(home, "visits", f"{DAY}/b.csv", " ", day, contracts=contracts)


def test_the_same_content_can_be_sent_again_after_a_withdrawal(home, contracts):
    """Under another day, or at its old place on demand: as a delivery of its own."""
    deliver(home, "a.csv", lines(ROW, BAD))
    land(home, LATER, contracts=contracts)
    withdraw(home, "visits", f"{DAY}/a.csv", "too early", LATER, contracts=contracts)
    deliver(home, "a.csv", lines(ROW, BAD), day=NEXT)
    [entry] = land(home, LATER, contracts=contracts)
    assert counts(entry) == ("accepted", 2, 1, 1, 0)
    assert live_rows(home) == [(NEXT, 2)]
    withdraw(home, "visits", f"{NEXT}/a.csv", "too early", LATER, contracts=contracts)
    [entry] = land(home, LATER, contracts=contracts, again=f"visits/{DAY}/a.csv")
    assert counts(entry) == ("accepted", 2, 1, 1, 0)
    assert live_rows(home) == [(str(LATER), 2)]
    assert query(home, "select count(*), count(distinct delivery) from {ledger} where verdict <> 'withdrawal'") == [
        (3, 3)
    ]


def test_a_copy_counts_when_the_file_that_it_repeated_is_withdrawn(home, contracts):
    """As if that had not come; unless the copy is withdrawn too."""
    for name in ("a.csv", "b.csv", "c.csv"):
        deliver(home, name, lines(ROW, ROW))
    land(home, LATER, contracts=contracts)
    withdraw(home, "visits", f"{DAY}/b.csv", "a copy", LATER, contracts=contracts)
    withdraw(home, "visits", f"{DAY}/a.csv", "of another year", LATER, contracts=contracts)
    [entry] = land(home, LATER, contracts=contracts)
    assert (entry.file, *counts(entry)) == (f"{DAY}/c.csv", "accepted", 2, 2, 0, 0)
    assert len(live_rows(home)) == 2
    assert land(home, LATER, contracts=contracts) == []


def test_rows_freed_by_a_further_delivery_stand_for_all_when_the_first_is_withdrawn(home, contracts):
    """What the second left out as received before counts from it."""
    deliver(home, "a.csv", lines(ROW, OF_NEXT_YEAR, OF_NEXT_YEAR))
    deliver(home, "a.csv", lines(ROW, OF_NEXT_YEAR, OF_NEXT_YEAR), day="2022-03-01")
    land(home, LATER, contracts=contracts)
    withdraw(home, "visits", f"{DAY}/a.csv", "wrong folder", LATER, contracts=contracts)
    assert len(live_rows(home)) == 2
    [entry] = land(home, LATER, contracts=contracts)
    assert counts(entry) == ("accepted", 3, 1, 0, 2)
    assert sorted(line for _, line in live_rows(home)) == [2, 3, 4]
    assert land(home, LATER, contracts=contracts) == []


def test_the_command_takes_a_delivery_back(home, monkeypatch):
    """It says what counts no more, needs a reason, and fails with one message."""
    deliver(home, "a.csv", "id_personne;date_demande\n" + "a" * 32 + ";2021-03-01\n", feed="erasure")
    land(home, LATER)
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    arguments = ["withdraw", f"erasure/{DAY}/a.csv", "--today", "2021-03-02"]
    assert CliRunner().invoke(main, arguments).exit_code == 2
    done = CliRunner().invoke(main, [*arguments, "--why", "sent by mistake"])
    assert (done.exit_code, "1 rows count no more" in done.output) == (0, True)
    [entry] = Lake(home).ledger()
    assert (entry.verdict, entry.reason, str(entry.withdrawn_on)) == ("withdrawn", "sent by mistake", "2021-03-02")
    done = CliRunner().invoke(main, [*arguments, "--why", "once more"])
    assert (done.exit_code, "it was withdrawn" in done.output) == (1, True)


@pytest.mark.parametrize("removed", [True, False])
def test_what_was_forgotten_cannot_be_taken_back(home, removed):
    """A request for erasure, when an earlier version removed rows and noted not for whom; while they only left the
    counts these are made anew."""
    deliver(home, "a.csv", "id_personne;date_demande\n" + "a" * 32 + ";2021-03-01\n", feed="erasure")
    [entry] = land(home, LATER)
    home.warehouse.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as con:
        con.execute(f"create table int_testing__batches as select {entry.delivery}::ubigint as delivery, 1 as batch")
        rows = "select 'sidep' as feed, 1::ubigint as delivery, 2 as rows_in_lake, 0 as rows_in_quarantine"
        if removed:
            con.execute(f"copy ({rows}) to '{home.lake / 'erased_rows.parquet'}' (format parquet)")
            (home.lake / "erased_requests.parquet").unlink()
    if removed:
        with pytest.raises(VigieError, match="it was carried out"):
            withdraw(home, "erasure", f"{DAY}/a.csv", "sent by mistake", LATER)
    else:
        withdraw(home, "erasure", f"{DAY}/a.csv", "sent by mistake", LATER)
        assert query(home, "select verdict, delivery from {ledger}") == [("withdrawn", None)]


@pytest.mark.parametrize(("started", "refused"), [("2021-02-27", True), ("2021-03-05", False)])
def test_what_rests_on_rows_that_are_gone_cannot_be_taken_back(home, tmp_path, started, refused):
    """After a retention: rows of days on which what is counted looks back on days that were removed."""
    contracts = declared(tmp_path, retained(DECLARATION))
    deliver(home, "old.csv", lines(ROW, ROW))
    row = ROW.replace(";2021-03-05;", ";2021-03-06;").replace("2021-02-27", started)
    deliver(home, "new.csv", lines(row), day="2021-03-06")
    old, _ = land(home, LATER, contracts=contracts)
    table = home.lake / "retired_deliveries.parquet"
    with duckdb.connect() as con:
        gone = f"select 'visits' as feed, date '{DAY}' as received_on, {old.delivery}::ubigint as delivery"
        con.execute(f"copy ({gone}) to '{table}' (format parquet)")
    for name, is_refused in (("old.csv", True), ("new.csv", refused)):
        day = DAY if name == "old.csv" else "2021-03-06"
        if is_refused:
            with pytest.raises(VigieError, match="after the retention of visits"):
                withdraw(home, "visits", f"{day}/{name}", "wrong", LATER, contracts=contracts)
        else:
            assert withdraw(home, "visits", f"{day}/{name}", "wrong", LATER, contracts=contracts)


# Stated anew --------------------------------------------------------------------------------------------------

CELLS = DECLARATION.replace("              rules:", "              restated: true\n              rules:")


def test_what_was_stated_before_another_holds_again_when_it_is_sent_again(home, tmp_path):
    """A, then B, then A; but not A twice in a row."""
    contracts = declared(tmp_path, CELLS)
    for day, row in enumerate([ROW, ROW, BAD.replace(";D;", ";H;"), ROW], start=1):
        deliver(home, "a.csv", lines(row, row), day=f"2021-03-0{day}")
    assert [e.verdict for e in land(home, LATER, contracts=contracts)] == [
        "accepted",
        "duplicate",
        "accepted",
        "accepted",
    ]
    assert query(home, "select arrival, arg_max(sexe, line) from {raw} group by 1 order by 1") == [
        (1, "F"), (2, "H"), (3, "F"),
    ]  # fmt: skip


SETS = DECLARATION.replace(
    "              rules:",
    """              unique: [id_personne, sexe]
              restated: true
              sets: [{name: both_sexes, by: [id_personne], sql: count(distinct sexe) = 2}]
              rules:""",
)


def cell(person: str, sex: str, weight: float) -> str:
    """A row that states the weight of somebody of a sex."""
    return f"{person};{sex};;2021-02-27T10:30;;{weight};;"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("00ab", "F", 1), ("00ab", "H", 1), ("00ab", "F", 1)], None),
        ([("00ab", "F", 1), ("00ab", "H", 1), ("00ab", "F", 2)], "unique: 1 times .* in the file, first on line 2"),
        ([("00ab", "F", 1), ("00ab", "H", 1), ("00ac", "H", 2)], "both_sexes does not hold for 1 .* on line 4"),
        ([("00ab", "F", 1), ("00ab", "D", 1)], "both_sexes"),
    ],
    ids=["whole", "two values", "not whole", "a row rejected"],
)
def test_what_is_stated_twice_or_not_whole_is_refused(home, tmp_path, rows, reason):
    """Whole, with the rule and the line and nothing of what stands there."""
    deliver(home, "a.csv", lines(*(cell(*row) for row in rows)))
    [entry] = land(home, LATER, contracts=declared(tmp_path, SETS))
    if reason is None:
        assert entry.verdict == "accepted"
        return
    assert entry.verdict == "refused"
    assert re.search(reason, entry.reason), entry.reason
    assert "00ab" not in entry.reason


def test_files_of_one_day_may_not_contradict_each_other(home, tmp_path):
    """None of them is the later one; on another day the later one holds."""
    contracts = declared(tmp_path, SETS)
    both = [cell("00ab", "F", 1), cell("00ab", "H", 1)]
    deliver(home, "a.csv", lines(*both))
    deliver(home, "b.csv", lines(*both, ""))
    deliver(home, "c.csv", lines(cell("00ab", "F", 7), cell("00ab", "H", 1)))
    deliver(home, "d.csv", lines(cell("00ab", "F", 7), cell("00ab", "H", 1)), day=NEXT)
    entries = land(home, LATER, contracts=contracts)
    assert [entry.verdict for entry in entries] == ["accepted", "accepted", "refused", "accepted"]
    assert "in another one received on the same day" in entries[2].reason


# Mostly rejected ----------------------------------------------------------------------------------------------


def test_a_file_of_which_no_row_keeps_the_contract_is_refused(home, contracts):
    """With the rules that are broken and where; malformed lines are rows too."""
    deliver(home, "a.csv", lines(*[ROW + ";"] * 40))
    deliver(home, "b.csv", lines(*[ROW] * 39, ROW + ";"))
    bad, good = land(home, LATER, contracts=contracts)
    assert (bad.verdict, bad.rows_refused) == ("refused", 40)
    assert bad.reason.endswith("none of its 40 rows keeps the contract: 40 break field_count, first line 2")
    assert counts(good) == ("accepted", 40, 39, 1, 0)


@pytest.mark.parametrize(("rejected", "of"), [(2, 10), (3, 10), (10, 10)])
def test_a_share_of_rejected_rows_above_the_bound_makes_a_feed_partial(
    home, tmp_path, contracts, monkeypatch, rejected, of
):
    """Until they land, are withdrawn, or a week of deliveries has passed."""
    monkeypatch.setattr(orchestration.landing.partial, "read_contracts", lambda: contracts)
    deliver(home, "a.csv", lines(*[BAD] * rejected, *[ROW] * (of - rejected)))
    deliver(home, "b.csv", lines(*[ROW] * 100))
    land(home, LATER, contracts=contracts)
    found = partial_feeds(home, LATER)
    if rejected == 2:
        assert found == {}
        return
    assert (found["visits"].rows, found["visits"].share) == (rejected, rejected / of)
    [breach] = breaches(home, found["visits"])
    assert breach.startswith(f"{DAY}/a.csv: ") and f"{rejected} " in breach and "first line 2" in breach
    assert read_status(home)["partial_feeds"]["visits"]["breaches"] == [breach]
    assert f"Partial    visits: {found['visits'].en}\n           visits/{breach}" in describe(read_status(home))
    assert f"{10 * rejected}%" in found["visits"].en and f"{10 * rejected} %" in found["visits"].fr
    assert partial_feeds(home, datetime.date(2021, 2, 28)) == {}
    deliver(home, "c.csv", lines(ROW), day="2021-03-07")
    land(home, datetime.date(2021, 3, 7), contracts=contracts)
    assert partial_feeds(home, LATER)
    deliver(home, "d.csv", lines(ROW), day="2021-03-08")
    land(home, datetime.date(2021, 3, 8), contracts=contracts)
    assert partial_feeds(home, LATER) == {}
    assert partial_feeds(home, datetime.date(2021, 3, 7))
    land(home, datetime.date(2021, 3, 8), contracts=declared(tmp_path, WIDER))
    assert partial_feeds(home, datetime.date(2021, 3, 7)) == {}


def test_a_withdrawn_delivery_makes_no_feed_partial(home, contracts, monkeypatch):
    """Its rows do not wait any more."""
    monkeypatch.setattr(orchestration.landing.partial, "read_contracts", lambda: contracts)
    deliver(home, "a.csv", lines(BAD, ROW))
    land(home, LATER, contracts=contracts)
    assert partial_feeds(home, LATER)
    withdraw(home, "visits", f"{DAY}/a.csv", "wrong", LATER, contracts=contracts)
    assert partial_feeds(home, LATER) == {}


def test_a_feed_is_partial_until_its_delivery_is_mended(home, tmp_path, contracts, monkeypatch):
    """By another content of the file; by most of its rows landing; and no longer for having been checked again."""
    monkeypatch.setattr(orchestration.landing.partial, "read_contracts", lambda: contracts)
    for good in (1, 6):
        deliver(home, "a.csv", lines(*[BAD] * 4, *[ROW] * (good - 1)))
        land(home, LATER, contracts=contracts)
        assert partial_feeds(home, LATER)["visits"].rows == 4
        refused_whole = good == 1
        assert files_refused(home.lake / "ledger.parquet", LATER) == len(read_status(home)["refused_files"])
        assert len(read_status(home)["refused_files"]) == refused_whole
        deliver(home, "a.csv", lines(*[ROW] * good))
        land(home, LATER, contracts=contracts)
        assert partial_feeds(home, LATER) == {} and read_status(home)["refused_files"] == []
        assert files_refused(home.lake / "ledger.parquet", LATER) == 0
    for day, wrong in (("2021-03-02", 1), ("2021-03-03", 3)):
        deliver(home, "b.csv", lines(*["00ab;F"] * wrong, *[BAD] * (4 - wrong), *[ROW] * 6), day=day)
    monday = datetime.date(2021, 3, 8)
    land(home, monday, contracts=contracts)
    wider = declared(tmp_path, WIDER)
    [first, second] = land(home, monday, contracts=wider)
    assert (first.rows_rejected, second.rows_rejected) == (1, 3)
    # One of ten rows of the first waits: its share is that of the whole.
    assert partial_feeds(home, monday)["visits"].rows == 3
    deliver(home, "c.csv", lines(ROW), day="2021-03-10")
    land(home, datetime.date(2021, 3, 10), contracts=wider)
    assert partial_feeds(home, datetime.date(2021, 3, 10)) == {}


# Populations --------------------------------------------------------------------------------------------------

POPULATION = "millesime;valide_du;geo_niveau;geo_code;sexe;schema_age;classe_age;population"
CLASSES = {"all": ["all"], "age10": ["09", *(f"{n}9" for n in range(1, 9)), "90"]}


def population(people: float, sexes: str = "TFH", scheme: str = "age10", places: tuple[str, ...] = ("01", "02")) -> str:
    """A whole vintage of some départements, every class with so many people."""
    rows = [
        f"Insee 2020;2021-01-01;DEP;{place};{sex};{scheme};{age};{people}"
        for place in places
        for sex in sexes
        for age in CLASSES[scheme]
    ]
    return "\n".join([POPULATION, *rows, ""])


def without(text: str, what: str) -> str:
    """The file without the lines that hold a text."""
    return "".join(line for line in text.splitlines(keepends=True) if what not in line)


INSEE = "year;departement_code;sex;population;classe_age_5"


def insee(people: int) -> str:
    """Insee's estimates of two years for a département."""
    ages = [*(f"{n:02}_{n + 4:02}" for n in range(0, 95, 5)), "95_130"]
    rows = [f"{year};01;{sex};{people};{age}" for year in (2019, 2020) for sex in "FM" for age in ages]
    return "\n".join([INSEE, *rows, ""])


@pytest.mark.parametrize(
    ("feed", "first", "second"),
    [
        ("population", population(1000), population(1100)),
        ("insee_population", insee(1000), insee(1100)),
        (
            "insee_iris",
            "iris;com;annee;population\n010040000;01004;2020;900\n",
            "iris;com;annee;population\n010040000;01004;2020;950\n",
        ),
    ],
    ids=["population", "insee_population", "insee_iris"],
)
def test_a_population_can_be_sent_back(home, feed, first, second):
    """A, then B, then A: the last to arrive holds; on one day, B contradicts A and is refused."""
    for day, content in enumerate([first, second, first], start=1):
        deliver(home, "a.csv", content, day=f"2021-03-0{day}", feed=feed)
    deliver(home, "b.csv", second, day="2021-03-03", feed=feed)
    entries = land(home, LATER)
    assert [entry.verdict for entry in entries] == ["accepted", "accepted", "accepted", "refused"]
    assert "unique: " in entries[3].reason
    held = query(home, "select arrival, min(population), max(population) from {raw} group by 1 order by 1", feed)
    assert held[0][1:] == held[2][1:] != held[1][1:]


@pytest.mark.parametrize(
    ("feed", "content", "rule"),
    [
        ("population", without(population(1000), ";02;T;age10;49;"), "every_class"),
        ("population", population(1000, sexes="TF"), "every_sex"),
        ("population", population(1000, sexes="FH"), "every_sex"),
        ("population", without(population(1000), ";02;F;").replace(";02;H;", ";03;T;"), "every_place"),
        ("population", population(1000) + "Insee 2020;2021-01-01;DEP;01;T;age10;09;9000\n", "unique"),
        ("population", population(1000).replace(";1000\n", ";-1\n", 1), "every_class"),
        ("insee_population", without(insee(1000), ";M;"), "every_sex"),
        ("insee_population", without(insee(1000), "2020;01;F;1000;40_44"), "every_age"),
        ("insee_population", without(insee(1000), "2020;01;F;1000;9"), "every_age"),
        ("insee_population", insee(1000) + "2020;01;F;100;40_44\n", "unique"),
        ("insee_iris", "iris;com;annee;population\n010040000;01004;2020;900\n010040000;01004;2020;9000\n", "unique"),
    ],
)
def test_a_population_is_whole_and_says_each_thing_once(home, feed, content, rule):
    """Else the file is refused, with the rule."""
    deliver(home, "a.csv", content, feed=feed)
    [entry] = land(home, LATER)
    assert entry.verdict == "refused"
    assert f"{rule} does not hold" in entry.reason or f"{rule}: " in entry.reason, entry.reason


def failing(name: str, **tables: str) -> list[tuple]:
    """What a test of the referential finds on some tables, given as SQL."""
    text = (REPOSITORY / "tests" / "singular" / "referential" / f"{name}.sql").read_text()
    sql = jinja2.Template(text).render(ref=lambda model: model, var=lambda name: 1.3, config=lambda **settings: "")
    with duckdb.connect() as con:
        for table, query_ in tables.items():
            con.execute(f"create table {table} as {query_}")
        return con.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("before", "after", "default", "found"),
    [(1000, 1299, 1000, 0), (1000, 1301, 1100, 1), (1000, 700, 900, 1), (1000, 1100, 10_000, 2), (900, 9000, 9000, 1)],
)
def test_a_population_that_jumps_is_held(before, after, default, found):
    """From a vintage to the next one, and from what holds by default."""
    cell = "'DEP' as geo_level, '01' as geo_code, 'all' as sex, 'all' as age_scheme, 'all' as age_class"
    rows = failing(
        "population_does_not_jump",
        int_referential__population_delivered=f"select {cell}, {before} as population, date '2020-01-01' as valid_from"
        f" union all select {cell}, {after}, date '2021-01-01'",
        int_referential__population_by_class=f"select {cell}, {default} as population",
    )
    assert len(rows) == found


@pytest.mark.parametrize(
    ("landed", "found"),
    [({}, 0), ({"01": 500, "02": 500}, 0), ({"01": 500}, 1), ({"01": 900, "02": 500}, 1), ({"01": 300, "02": 500}, 1)],
)
def test_an_estimate_that_does_not_fit_the_communes_is_held(landed, found):
    """A département that is not there, or holds far more or fewer people; none at all is the default."""
    groups = " union all ".join(
        f"select '{dep}' as dep, '{sex}' as sex, 0 as lower_age, {landed.get(dep, 500)} as population,"
        f" '{'Insee' if dep in landed else 'COG'} 2020' as population_vintage"
        for dep in ("01", "02")
        for sex in "FM"
    )
    rows = failing(
        "insee_population_fits_the_communes",
        int_referential__age_groups=groups,
        communes="select unnest(['01', '02']) as dep, 1000 as population",
        population_structure="select unnest(['F', 'M']) as sex, 0 as lower_age, 500 as population",
    )
    assert len(rows) == found


def test_iris_that_do_not_fit_their_commune_are_held():
    """A commune of which the IRIS together hold half of its people, or ten times as many."""
    rows = failing(
        "iris_fit_their_commune",
        int_referential__iris="select com, people / 2 as population, vintage as population_vintage from (values"
        " ('01004', 14000, 'IRIS 2020'), ('02004', 7000, 'IRIS 2020'), ('03004', 140000, 'IRIS 2020'),"
        " ('04004', 7000, 'COG 2026')) as t (com, people, vintage), range(2)",
        communes="select unnest(['01004', '02004', '03004', '04004']) as com, 14000 as population",
    )
    assert sorted(row[0] for row in rows) == ["02004", "03004"]
