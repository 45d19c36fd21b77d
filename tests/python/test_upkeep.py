"""Upkeep of the lake: a person is erased everywhere and accounted for; compaction loses nothing, killed or not."""

import datetime as dt
import shutil
import struct
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import duckdb
import pytest
from disk_order import Disk
from keyed import key64, number64

from orchestration.assets import release
from orchestration.assets.landing import land_feeds
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import (
    Contract,
    compact,
    erase,
    has_retired,
    land,
    read_contracts,
    resume,
    retire,
    upkeep,
    withdraw,
)
from orchestration.landing.contract import Retention

FORGOTTEN, KEPT = "a" * 32, "b" * 32
ROW = {
    "version": "1",
    "nature": "new",
    "date_prelevement": "2021-01-04T09:00",
    "date_resultat": "2021-01-04T18:00",
    "id_laboratoire": "LAB001",
    "type_analyse": "RT-PCR",
    "resultat": "N",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with three days of deliveries, some of the rows of a person who then asks to be forgotten."""
    home = Home(tmp_path)
    for day in ("2021-01-05", "2021-01-06", "2021-01-28"):
        for part in (1, 2):
            rows = [
                {"id_resultat": f"result-{day}-{part}-0", "id_personne": FORGOTTEN},
                {"id_resultat": f"result-{day}-{part}-1", "id_personne": KEPT},
                {"id_resultat": f"result-{day}-{part}-2", "id_personne": FORGOTTEN, "resultat": "?"},
                {"id_resultat": f"result-{day}-{part}-3", "id_personne": KEPT, "resultat": "?"},
            ]
            deliver(home, day, part, rows)
    land(home, dt.date(2021, 2, 1))
    ask(home, FORGOTTEN)
    build(home)
    return home


def ask(home: Home, person: str, name: str = "requests.csv") -> None:
    """Land the request to forget a person."""
    request = home.landing / "erasure" / "2021-02-01" / name
    request.parent.mkdir(parents=True, exist_ok=True)
    request.write_text(f"id_personne;date_demande\n{person};2021-02-01\n")
    land(home, dt.date(2021, 2, 1))


def build(home: Home) -> None:
    """The two tables of a warehouse that matter here: the rows to erase, and one that keeps rows of the lake."""
    home.warehouse.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.database)) as con:
        con.execute("create schema if not exists s")
        con.execute(
            "create or replace table s.int_landing__rows_to_erase"
            " (feed varchar, side varchar, delivery ubigint, line int, person_keys ubigint[])"
        )
        for side, forgotten in (("raw", "id_personne = {}"), ("quarantine", "list_contains(person_keys, {})")):
            con.execute(
                f"insert into s.int_landing__rows_to_erase select 'sidep', '{side}', delivery, line,"
                f" [{key(home, FORGOTTEN)}] from read_parquet('{home.lake}/{side}/sidep/*/*.parquet')"
                f" where {forgotten.format(key(home, FORGOTTEN))}"
            )
        con.execute(
            "create table if not exists s.versions as select id_personne as person_key, delivery, line "
            f"from read_parquet('{home.lake}/raw/sidep/*/*.parquet')"
        )


def deliver(home: Home, day: str, part: int, rows: list[dict]) -> None:
    names = read_contracts()["sidep"].names
    folder = home.landing / "sidep" / day
    folder.mkdir(parents=True, exist_ok=True)
    lines = [";".join((ROW | row).get(name, "") for name in names) for row in rows]
    (folder / f"results_{part}.csv").write_text("\n".join([";".join(names), *lines]) + "\n")


def rows(home: Home, side: str) -> list[tuple]:
    column = "id_personne" if side == "raw" else "person_keys[1]"
    files = home.lake / side / "sidep" / "*" / "*.parquet"
    lake = f"read_parquet('{files}', hive_partitioning = true)"
    return duckdb.sql(f"select {column}, delivery, line, received_on from {lake} order by all").fetchall()


def key(home: Home, text: str) -> int:
    """The 64-bit key of an identifier, by hand."""
    return key64(text, home.private / "secret")


def erased(home: Home) -> list[tuple]:
    return duckdb.sql(
        f"select sum(rows_in_lake), sum(rows_in_quarantine), count(*) from '{home.lake / 'erased_rows.parquet'}'"
    ).fetchall()


def test_a_person_is_erased_from_lake_and_quarantine_and_counted(home: Home) -> None:
    before = {side: rows(home, side) for side in ("raw", "quarantine")}
    assert {row[0] for row in before["raw"]} == {key(home, FORGOTTEN), key(home, KEPT)}
    assert erase(home) == 12
    for side, were in before.items():
        assert rows(home, side) == [row for row in were if row[0] != key(home, FORGOTTEN)]
    assert erased(home) == [(6, 6, 6)]
    build(home)
    assert erase(home) == 0
    assert erased(home) == [(6, 6, 6)]


@pytest.mark.parametrize("calls_before", range(15))
def test_an_erasure_that_is_cut_is_finished_before_the_lake_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch, calls_before: int
) -> None:
    replace, calls = upkeep._replace, []

    def cut(*arguments: object) -> None:
        if len(calls) == calls_before:
            raise KeyboardInterrupt
        calls.append(arguments)
        replace(*arguments)

    monkeypatch.setattr(upkeep, "_replace", cut)
    with pytest.raises(KeyboardInterrupt):
        erase(home)
    monkeypatch.setattr(upkeep, "_replace", replace)
    resume(home)
    if calls_before > 1:
        assert key(home, FORGOTTEN) not in {row[0] for side in ("raw", "quarantine") for row in rows(home, side)}
    assert not (home.lake / "erasure.parquet").exists()
    build(home)
    erase(home)
    assert erased(home) == [(6, 6, 6)]
    assert key(home, FORGOTTEN) not in {row[0] for side in ("raw", "quarantine") for row in rows(home, side)}


def test_a_row_that_the_model_names_goes_whoever_it_is_of(home: Home) -> None:
    replaced = duckdb.sql(
        f"select delivery, line from read_parquet('{home.lake}/raw/sidep/*/*.parquet')"
        f" where id_personne = {key(home, KEPT)}"
    ).fetchall()[0]
    with duckdb.connect(str(home.database)) as con:
        con.execute("insert into s.int_landing__rows_to_erase values ('sidep', 'raw', ?, ?, [])", list(replaced))
    erase(home)
    assert replaced not in [row[1:3] for row in rows(home, "raw")]
    with duckdb.connect(str(home.database)) as con:
        assert con.execute("select count(*) from s.versions where (delivery, line) = (?, ?)", replaced).fetchall() == [
            (0,)
        ]


def test_the_warehouse_forgets_too(home: Home) -> None:
    erase(home)
    with duckdb.connect(str(home.database)) as con:
        assert con.execute("select distinct person_key from s.versions").fetchall() == [(key(home, KEPT),)]


def test_the_warehouse_is_looked_at_before_rows_of_it_go(home: Home) -> None:
    seen: list[int] = []

    def changing() -> None:
        with duckdb.connect(str(home.database), read_only=True) as con:
            seen.extend(con.execute("select count(*)::integer from s.versions").fetchone() or ())

    with duckdb.connect(str(home.database), read_only=True) as con:
        [(whole,)] = con.execute("select count(*) from s.versions").fetchall()
    erase(home, changing)
    build(home)
    erase(home, changing)
    assert seen == [whole]


def test_a_request_that_was_not_counted_forgets_nobody(home: Home) -> None:
    """It was withdrawn, or came after the last build: the counts still hold the rows of that person."""
    ask(home, KEPT, "later.csv")
    erase(home)
    with duckdb.connect(str(home.database)) as con:
        assert con.execute("select count(*) from s.versions").fetchall() == [(6,)]
    # It can be taken back, and what was carried out cannot: with or without rows of that person, and a warehouse.
    withdraw(home, "erasure", "2021-02-01/later.csv", "by mistake", dt.date(2021, 2, 1))
    deliver(home, "2021-02-01", 1, [{"id_resultat": "result-late-0", "id_personne": FORGOTTEN}])
    land(home, dt.date(2021, 2, 1))
    home.database.unlink()
    with pytest.raises(VigieError, match="it was carried out"):
        withdraw(home, "erasure", "2021-02-01/requests.csv", "by mistake", dt.date(2021, 2, 1))


def test_a_request_cannot_be_taken_back_from_the_moment_that_its_plan_stands(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut erasure goes on with its plan."""
    monkeypatch.setattr(upkeep, "_carry_out_erasure", lambda *_: 0)
    erase(home)
    with pytest.raises(VigieError, match="it was carried out"):
        withdraw(home, "erasure", "2021-02-01/requests.csv", "by mistake", dt.date(2021, 2, 1))


def test_compaction_keeps_every_row_and_leaves_recent_days_alone(home: Home) -> None:
    before = {side: rows(home, side) for side in ("raw", "quarantine")}
    assert compact(home) == 8
    assert {side: rows(home, side) for side in before} == before
    files = {f.parent.name: f.name for f in (home.lake / "raw" / "sidep").glob("*/compacted-*.parquet")}
    assert set(files) == {"received_on=2021-01-05", "received_on=2021-01-06"}
    assert compact(home) == 0
    assert land(home, dt.date(2021, 2, 1)) == []
    assert {side: rows(home, side) for side in before} == before


@pytest.mark.parametrize("at", ["before the new file", "before the old ones go"])
def test_a_compaction_that_is_cut_loses_and_doubles_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    before = rows(home, "raw")
    name = "_replace" if at == "before the new file" else "_finish_compaction"
    whole, calls = getattr(upkeep, name), []

    def cut(*arguments: object, **named: object) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        whole(*arguments, **named)

    monkeypatch.setattr(upkeep, name, cut)
    with pytest.raises(KeyboardInterrupt):
        compact(home)
    monkeypatch.setattr(upkeep, name, whole)
    resume(home)
    assert rows(home, "raw") == before
    compact(home)
    assert rows(home, "raw") == before


def next_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    compact(home)


def a_landing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    land_feeds(SimpleNamespace(as_of="", day=dt.date(2021, 2, 1), again="", journal=Mock()), ["sidep"])


def a_release(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "static_docs", lambda _: None)
    monkeypatch.setattr(release, "gate_to", Mock(side_effect=VigieError("nothing was built")))
    with pytest.raises(VigieError, match="nothing was built"):
        release.make_release(SimpleNamespace(home=home, as_of=""), "run")


@pytest.mark.parametrize("then", [next_one, a_landing, a_release], ids=["the next one", "a landing", "a release"])
def test_whatever_comes_after_a_compaction_that_was_cut_doubles_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, then: Callable
) -> None:
    """Killed when the new file stands beside the old ones; a run at rest builds nothing that would put it right."""
    before, removed = rows(home, "raw"), upkeep.remove

    def killed(*paths: Path) -> None:
        if any("raw" in path.parts for path in paths):
            raise KeyboardInterrupt
        removed(*paths)

    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            compact(home)
    assert len(rows(home, "raw")) > len(before)
    then(home, monkeypatch)
    assert rows(home, "raw") == before
    compact(home)
    assert rows(home, "raw") == before


def test_rows_that_stand_twice_stay_where_they_are(home: Home) -> None:
    """Made one file, nobody could tell which of them does not belong there."""
    folder = home.lake / "raw" / "sidep" / "received_on=2021-01-05"
    file = sorted(folder.glob("*.parquet"))[0]
    shutil.copy(file, file.with_name("copied.parquet"))
    files = sorted(folder.glob("*.parquet"))
    with pytest.raises(VigieError, match="hold a row more than once"):
        compact(home)
    assert sorted(folder.glob("*.parquet")) == files


def test_an_erasure_that_was_cut_is_ended_by_the_next_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of rows that the model names no more the plan that was cut is all that is known."""
    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "_forget", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase(home)
    with duckdb.connect(str(home.database)) as con:
        con.execute("delete from s.int_landing__rows_to_erase where side = 'quarantine'")
    assert erase(home) > 0
    assert key(home, FORGOTTEN) not in {row[0] for side in ("raw", "quarantine") for row in rows(home, side)}


def keeping(days: int) -> dict[str, Contract]:
    """The contract of a feed that keeps rows so many days and looks back on three."""
    contract = read_contracts()["sidep"]
    retention = Retention(days=days, column="date_prelevement", history=3)
    return {"sidep": contract.model_copy(update={"table": contract.table.model_copy(update={"retention": retention})})}


@pytest.fixture
def old(home: Home) -> Home:
    """The home with the account of its deliveries in the warehouse."""
    account(home)
    return home


def account(home: Home) -> None:
    """Write the account of the deliveries anew, from the ledger."""
    with duckdb.connect(str(home.database)) as con:
        con.execute(
            "create or replace table s.delivery_reconciliation as select feed, file, received_on, verdict, reason,"
            " delivery, rows_received, rows_accepted as rows_used, 0 as rows_deduplicated, 0 as rows_superseded,"
            " 0 as rows_deleted, rows_rejected as rows_quarantined, 0 as rows_erased"
            f" from '{home.lake / 'ledger.parquet'}' where verdict <> 'withdrawal'"
        )


def retired(home: Home) -> list[tuple]:
    account = home.lake / "retired_deliveries.parquet"
    return duckdb.sql(
        f"select received_on, sum(rows_used), sum(rows_quarantined) from '{account}' group by 1"
    ).fetchall()


def test_rows_go_when_their_time_is_over_and_their_account_stays(old: Home) -> None:
    assert not has_retired(old)
    assert retire(old, keeping(30)) == 0
    assert retire(old, keeping(22)) == 4
    assert {row[3] for side in ("raw", "quarantine") for row in rows(old, side)} == {
        dt.date(2021, 1, 6),
        dt.date(2021, 1, 28),
    }
    assert retired(old) == [(dt.date(2021, 1, 5), 4, 4)]
    assert has_retired(old)
    with duckdb.connect(str(old.database)) as con:
        assert con.execute("select count(*) from s.versions").fetchall() == [(8,)]
    assert retire(old, keeping(22)) == 0
    assert retired(old) == [(dt.date(2021, 1, 5), 4, 4)]


def test_a_retirement_that_is_cut_is_finished_before_the_lake_is_read(
    old: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(upkeep, "_delete_deliveries", cut)
    with pytest.raises(KeyboardInterrupt):
        retire(old, keeping(22))
    monkeypatch.undo()
    resume(old)
    assert dt.date(2021, 1, 5) not in {row[3] for row in rows(old, "raw")}
    assert retired(old) == [(dt.date(2021, 1, 5), 4, 4)]


@pytest.mark.parametrize("noted", [False, True])
def test_a_withdrawn_copy_takes_no_other_rows_with_it(old: Home, noted: bool) -> None:
    """It has no key; nor does one that an earlier version noted so keep others from going, or have them go too soon."""
    deliver(old, "2021-01-05", 3, [{"id_resultat": "result-new", "id_personne": KEPT}])
    copy = old.landing / "sidep" / "2021-01-05" / "copy.csv"
    shutil.copyfile(copy.with_name("results_1.csv"), copy)
    land(old, dt.date(2021, 2, 1))
    withdraw(old, "sidep", "2021-01-05/copy.csv", "twice", dt.date(2021, 2, 1))
    account(old)
    table = old.lake / "retired_deliveries.parquet"
    if noted:
        row = "select 'sidep' as feed, date '2021-01-05' as received_on, null::ubigint as delivery"
        duckdb.sql(f"create or replace table noted as from '{table}' union all by name {row}")
        duckdb.sql(f"copy noted to '{table}'")
        resume(old)
        assert [row[3] for row in rows(old, "raw")].count(dt.date(2021, 1, 5)) == 5
    retire(old, keeping(22))
    assert dt.date(2021, 1, 5) not in {row[3] for row in rows(old, "raw")}
    assert duckdb.sql(f"select count(*), count(delivery) from '{table}'").fetchall() == [(3, 3)]
    deliver(old, "2021-01-05", 4, [{"id_resultat": "result-found-0", "id_personne": KEPT}])
    land(old, dt.date(2021, 2, 1))
    resume(old)
    assert [row[3] for row in rows(old, "raw")].count(dt.date(2021, 1, 5)) == 1


def test_a_file_found_for_a_day_of_which_the_rows_have_gone_still_counts(old: Home) -> None:
    retire(old, keeping(22))
    deliver(old, "2021-01-05", 3, [{"id_resultat": "result-found-0", "id_personne": KEPT}])
    land(old, dt.date(2021, 2, 1))
    resume(old)
    assert [row[3] for row in rows(old, "raw")].count(dt.date(2021, 1, 5)) == 1


def test_what_arrives_when_its_history_may_be_gone_is_quarantined(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for day, sampled in (("2021-01-12", "2021-01-05T09:00"), ("2021-01-13", "2021-01-05T09:00")):
        late = {"date_prelevement": sampled, "date_resultat": sampled}
        sent = [{"id_resultat": f"result-{day}-{i}", "id_personne": KEPT, **(late if i == 0 else on_time(day))}
                for i in range(5)]  # fmt: skip
        deliver(home, day, 1, sent)
    land(home, dt.date(2021, 2, 1), contracts=keeping(10))
    assert Counter(row[3].day for row in rows(home, "raw")) == {12: 5, 13: 4}
    files = home.lake / "quarantine" / "sidep" / "*" / "*.parquet"
    assert duckdb.sql(f"select rule, column_name from '{files}'").fetchall() == [
        ("arrived_too_late", "date_prelevement")
    ]


def on_time(day: str) -> dict[str, str]:
    """The times of a result that was delivered at once."""
    return {"date_prelevement": f"{day}T09:00", "date_resultat": f"{day}T18:00"}


def test_a_retention_that_is_shorter_than_the_history_is_no_contract() -> None:
    with pytest.raises(ValueError, match="not more than the 60 days"):
        Retention(days=60, column="date_prelevement", history=60)


# Erasure reaches every byte -----------------------------------------------------------------------------------


def person(home: Home) -> int:
    """The key of the person who asks to be forgotten, as landing made it."""
    files = home.lake / "raw" / "erasure" / "*" / "*.parquet"
    return duckdb.sql(f"select distinct id_personne from '{files}'").fetchall()[0][0]


def where_told(home: Home, key: int, pseudonym: str) -> set[str]:
    """The files of the home that hold the key or the pseudonym of a person, in their bytes or in a cell of a table.

    Not those of `landing/`, which are the producer's.
    """
    numbers = (key, number64(pseudonym))
    traces = [pseudonym.encode(), *(str(number).encode() for number in numbers)]
    traces += [struct.pack(order, number) for number in numbers for order in ("<Q", ">Q")]
    found = set()
    for path in home.root.rglob("*"):
        if not path.is_file() or home.landing in path.parents:
            continue
        content = path.read_bytes()
        tables = [f"from '{path}'"] if path.suffix == ".parquet" else []
        if any(trace in content for trace in traces) or any(_holds(query, key, pseudonym) for query in tables):
            found.add(path.relative_to(home.root).as_posix())
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                names = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
                if any(_holds(f'from "{schema}"."{table}"', key, pseudonym, con) for schema, table in names):
                    found.add(path.relative_to(home.root).as_posix())
    return found


def _holds(query: str, key: int, pseudonym: str, con: duckdb.DuckDBPyConnection = duckdb) -> bool:
    told = f"select 1 from ({query}) as cells where contains(cells::varchar, ?) or contains(cells::varchar, ?) limit 1"
    return bool(con.execute(told, [str(key), pseudonym]).fetchall())


@pytest.fixture
def looked_back(home: Home) -> Home:
    """The home with the warehouse of a past day beside its own, and what killed queries spilled."""
    past = home.as_of(dt.date(2021, 1, 6))
    for edge in (home, past):
        build(edge)
        with duckdb.connect(str(edge.database)) as con:
            # Under whatever name a model keeps the key of a person.
            con.execute("create or replace table s.stays as select person_key as patient, 1 as days from s.versions")
            con.execute("create or replace table s.waiting as select [1, person_key] as keys from s.versions")
            con.execute("create or replace view s.kept as select * from s.versions")
        (edge.warehouse / "spill").mkdir()
        (edge.warehouse / "spill" / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(struct.pack("<Q", person(home)))
    return home


def test_nothing_of_a_person_is_left_in_the_bytes_of_the_home(looked_back: Home) -> None:
    """But the request, in one place, by which rows that come later go too."""
    home, key = looked_back, person(looked_back)
    before = where_told(home, key, FORGOTTEN)
    assert {"warehouse/vigie.duckdb", "as_of/2021-01-06/warehouse/vigie.duckdb"} <= before
    assert Counter(name.split("/")[0] for name in before if name.startswith("lake/")) == {"lake": 13}
    erase(home)
    requests = {path.relative_to(home.root).as_posix() for path in (home.lake / "raw" / "erasure").rglob("*.parquet")}
    assert where_told(home, key, FORGOTTEN) == {name for name in requests if "empty" not in name}
    counts = "count(*), (select count(*) from s.stays), (select count(*) from s.waiting)"
    for edge in (home, home.as_of(dt.date(2021, 1, 6))):
        with duckdb.connect(str(edge.database)) as con:
            assert con.execute(f"select {counts} from s.kept").fetchall() == [(6, 6, 6)]


def test_a_warehouse_that_is_made_anew_is_the_old_one_until_it_is_whole(
    looked_back: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at that moment: the erasure fails, all is there, and the next one ends it."""
    whole = upkeep.publish

    def full(written: Path, path: Path) -> None:
        if path.suffix == ".duckdb":
            raise OSError(28, "No space left on device")
        whole(written, path)

    monkeypatch.setattr(upkeep, "publish", full)
    with pytest.raises(OSError, match="No space"):
        erase(looked_back)
    monkeypatch.undo()
    with duckdb.connect(str(looked_back.database)) as con:
        assert con.execute("select count(*) from s.kept").fetchall() == [(12,)], "the old one"
    resume(looked_back)
    assert erased(looked_back) == [(6, 6, 6)]
    assert {name.split("/")[0] for name in where_told(looked_back, person(looked_back), FORGOTTEN)} == {"lake"}
    assert not list(looked_back.warehouse.glob("*draft*"))


def test_what_a_killed_writer_left_in_the_log_is_in_the_warehouse_made_anew(home: Home) -> None:
    """Else it would be applied to a file that it does not fit."""
    script = """
        import duckdb, os, signal, sys
        con = duckdb.connect(sys.argv[1], config={"checkpoint_threshold": "1TB"})
        con.execute("create table s.late as select 1 as one")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(home.database)], check=False)
    log = home.database.with_name("vigie.duckdb.wal")
    assert log.stat().st_size
    erase(home)
    assert not log.exists()
    with duckdb.connect(str(home.database)) as con:
        assert con.execute("select one, (select count(*) from s.versions) from s.late").fetchall() == [(1, 6)]


def test_rows_that_are_kept_no_longer_leave_every_warehouse(old: Home) -> None:
    past = old.as_of(dt.date(2021, 1, 6))
    past.warehouse.mkdir(parents=True)
    shutil.copyfile(old.database, past.database)
    retire(old, keeping(22))
    with duckdb.connect(str(past.database)) as con:
        assert con.execute("select count(*) from s.versions").fetchall() == [(8,)]


# Compaction compares before it removes ------------------------------------------------------------------------

VISITS = """
version: 2
sources:
  - name: visits
    tables:
      - name: visits
        config: {meta: {contract: {version: %d, formats: [csv]}}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {contract: {type: string, required: true}}}}
%s
          - {name: delivery, data_type: ubigint}
          - {name: line, data_type: integer}
          - {name: received_on, data_type: date}
"""
AGE = "          - {name: age, data_type: %s, config: {meta: {contract: {type: %s}}}}"


def versions_of_a_contract(tmp_path: Path, *columns: str) -> Iterator[dict[str, Contract]]:
    """The contract of a small feed, version after version: the columns that it has beside `id`."""
    for version, column in enumerate(columns, start=1):
        folder = tmp_path / f"staging-{version}" / "visits"
        folder.mkdir(parents=True)
        (folder / "_visits__sources.yml").write_text(VISITS % (version, column))
        yield read_contracts(folder.parent)


def visits(tmp_path: Path, *files: tuple[str, str, dict[str, Contract]]) -> Home:
    """A home where files of the small feed have landed, each of a day, with a text, by a contract."""
    home = Home(tmp_path / "home")
    for number, (day, text, contracts) in enumerate(files):
        path = home.landing / "visits" / day / f"{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        land(home, dt.date(2021, 2, 1), contracts=contracts)
    return home


def visited(home: Home) -> list[tuple]:
    files = f"read_parquet('{home.lake}/raw/visits/*/*.parquet', hive_partitioning = true, union_by_name = true)"
    return duckdb.sql(f"select id, age, delivery, line, received_on from {files} order by id").fetchall()


def files_of_the_day(home: Home) -> list[Path]:
    return list((home.lake / "raw" / "visits" / "received_on=2021-01-05").glob("*.parquet"))


@pytest.mark.parametrize("newer_first", [False, True])
def test_files_of_two_versions_of_a_contract_become_one(tmp_path: Path, newer_first: bool) -> None:
    """Landed, compacted and read as dbt reads it: the column that only one of them has keeps what it holds."""
    old, new = versions_of_a_contract(tmp_path, "", AGE % ("integer", "integer"))
    sent = [("2021-01-05", "id\na\nb\n", old), ("2021-01-05", "id;age\nc;7\nd;\n", new)]
    home = visits(tmp_path, *(sent[::-1] if newer_first else sent), ("2021-01-28", "id;age\ne;9\n", new))
    before = visited(home)
    assert [row[:2] for row in before] == [("a", None), ("b", None), ("c", 7), ("d", None), ("e", 9)]
    assert compact(home) == 2
    assert len(files_of_the_day(home)) == 1
    assert visited(home) == before


def test_files_that_disagree_on_a_type_stay(tmp_path: Path) -> None:
    """Whoever reads them decides what they have in common; one file would decide for good."""
    old, new = versions_of_a_contract(tmp_path, AGE % ("integer", "integer"), AGE % ("varchar", "string"))
    home = visits(
        tmp_path,
        ("2021-01-05", "id;age\na;7\n", old),
        ("2021-01-05", "id;age\nb;unknown\n", new),
        ("2021-01-28", "id;age\nc;9\n", new),
    )
    before = visited(home)
    assert compact(home) == 0
    assert visited(home) == before and len(files_of_the_day(home)) == 2


@pytest.mark.parametrize("wrong", ["(select * from {} limit 1)", "(select * exclude (line) from {})",
                                   "(select * replace (1 as line) from {})"])  # fmt: skip
def test_a_compaction_that_would_change_rows_removes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Fewer rows, a column less, another value: whatever goes wrong when the files are read as one."""
    before, rows_of = rows(home, "raw"), upkeep._rows
    monkeypatch.setattr(
        upkeep, "_rows", lambda *paths: wrong.format(rows_of(*paths)) if len(paths) > 1 else rows_of(*paths)
    )
    with pytest.raises(VigieError, match="so they stay"):
        compact(home)
    monkeypatch.undo()
    assert rows(home, "raw") == before
    resume(home)
    assert rows(home, "raw") == before
    assert compact(home) == 8


def test_a_copy_of_a_home_ends_the_compaction_of_its_own_files(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan that a cut one left names files of the lake that it lies in."""
    before = rows(home, "raw")
    monkeypatch.setattr(upkeep, "_finish_compaction", lambda lake: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        compact(home)
    monkeypatch.undo()
    copy = Home(tmp_path.with_name(f"{tmp_path.name}-copy"))
    shutil.copytree(home.root, copy.root)
    files = sorted((home.lake / "raw").rglob("*.parquet"))
    resume(copy)
    assert rows(copy, "raw") == before
    assert sorted((home.lake / "raw").rglob("*.parquet")) == files


# The order in which the disk has it ---------------------------------------------------------------------------


def test_landing_and_upkeep_rely_on_nothing_that_a_power_cut_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing goes, and nothing is noted, before the name that it relies on is on the disk."""
    home, disk = Home(tmp_path), Disk(tmp_path).hear(monkeypatch)
    for day in ("2021-01-05", "2021-01-06", "2021-01-28"):
        for part in (1, 2):
            good = {"id_resultat": f"result-{day}-{part}-1", "id_personne": KEPT}
            bad = {"id_resultat": f"result-{day}-{part}-2", "id_personne": FORGOTTEN}
            deliver(home, day, part, [good, bad])
    request = home.landing / "erasure" / "2021-02-01" / "requests.csv"
    request.parent.mkdir(parents=True)
    request.write_text(f"id_personne;date_demande\n{FORGOTTEN};2021-02-01\n")
    land(home, dt.date(2021, 2, 1))
    build(home)
    assert disk.faults == [] and sum(name.startswith("lake/ledger/") for name in disk.renamed) == 7
    erase(home)
    assert disk.faults == [] and {"warehouse/vigie.duckdb", "lake/erasure.parquet"} <= set(disk.renamed)
    compact(home)
    assert disk.faults == [] and disk.removed.count("lake/compaction.json") == 2
