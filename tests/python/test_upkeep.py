"""Upkeep of the lake: a person is erased everywhere and accounted for; compaction loses nothing, killed or not."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from keyed import key64

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
    request = home.landing / "erasure" / "2021-02-01" / "requests.csv"
    request.parent.mkdir(parents=True)
    request.write_text(f"id_personne;date_demande\n{FORGOTTEN};2021-02-01\n")
    land(home, dt.date(2021, 2, 1))
    build(home)
    return home


def build(home: Home) -> None:
    """The two tables of a warehouse that matter here: the rows to erase, and one that keeps rows of the lake."""
    home.warehouse.mkdir(exist_ok=True)
    with duckdb.connect(str(home.database)) as con:
        con.execute("create schema if not exists s")
        con.execute(
            "create or replace table s.int_landing__rows_to_erase"
            " (feed varchar, side varchar, delivery ubigint, line int)"
        )
        for side, forgotten in (("raw", "id_personne = {}"), ("quarantine", "list_contains(person_keys, {})")):
            con.execute(
                f"insert into s.int_landing__rows_to_erase select 'sidep', '{side}', delivery, line "
                f"from read_parquet('{home.lake}/{side}/sidep/*/*.parquet')"
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


@pytest.mark.parametrize("calls_before", range(14))
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
        con.execute("insert into s.int_landing__rows_to_erase values ('sidep', 'raw', ?, ?)", list(replaced))
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

    def cut(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(upkeep, name, cut)
    with pytest.raises(KeyboardInterrupt):
        compact(home)
    monkeypatch.setattr(upkeep, name, whole)
    resume(home)
    assert rows(home, "raw") == before
    compact(home)
    assert rows(home, "raw") == before


def keeping(days: int) -> dict[str, Contract]:
    """The contract of a feed that keeps rows so many days and looks back on three."""
    contract = read_contracts()["sidep"]
    retention = Retention(days=days, column="date_prelevement", history=3)
    return {"sidep": contract.model_copy(update={"table": contract.table.model_copy(update={"retention": retention})})}


@pytest.fixture
def old(home: Home) -> Home:
    """The home with the account of its deliveries in the warehouse."""
    with duckdb.connect(str(home.database)) as con:
        con.execute(
            "create table s.delivery_reconciliation as select feed, file, received_on, verdict, reason, delivery,"
            " rows_received, rows_accepted as rows_used, 0 as rows_deduplicated, 0 as rows_superseded,"
            " 0 as rows_deleted, rows_rejected as rows_quarantined, 0 as rows_erased"
            f" from '{home.lake / 'ledger.parquet'}'"
        )
    return home


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

    monkeypatch.setattr(upkeep, "_delete", cut)
    with pytest.raises(KeyboardInterrupt):
        retire(old, keeping(22))
    monkeypatch.undo()
    resume(old)
    assert dt.date(2021, 1, 5) not in {row[3] for row in rows(old, "raw")}
    assert retired(old) == [(dt.date(2021, 1, 5), 4, 4)]


def test_a_file_found_for_a_day_of_which_the_rows_have_gone_still_counts(old: Home) -> None:
    retire(old, keeping(22))
    deliver(old, "2021-01-05", 3, [{"id_resultat": "result-found-0", "id_personne": KEPT}])
    land(old, dt.date(2021, 2, 1))
    resume(old)
    assert [row[3] for row in rows(old, "raw")].count(dt.date(2021, 1, 5)) == 1


def test_what_arrives_when_its_history_may_be_gone_is_quarantined(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for day, sampled in (("2021-01-12", "2021-01-05T09:00"), ("2021-01-13", "2021-01-05T09:00")):
        deliver(home, day, 1, [{"id_resultat": f"result-{day}", "id_personne": KEPT, "date_prelevement": sampled,
                                "date_resultat": sampled}])  # fmt: skip
    land(home, dt.date(2021, 2, 1), contracts=keeping(10))
    assert [row[3] for row in rows(home, "raw")] == [dt.date(2021, 1, 12)]
    files = home.lake / "quarantine" / "sidep" / "*" / "*.parquet"
    assert duckdb.sql(f"select rule, column_name from '{files}'").fetchall() == [
        ("arrived_too_late", "date_prelevement")
    ]


def test_a_retention_that_is_shorter_than_the_history_is_no_contract() -> None:
    with pytest.raises(ValueError, match="not more than the 60 days"):
        Retention(days=60, column="date_prelevement", history=60)
