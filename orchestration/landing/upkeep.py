"""Upkeep of the raw lake once the warehouse has taken everything in: erasure, retention, compaction of small files.

All rewrite files of the lake under its lock and are safe to kill: a plan of what is to change is published first, a
file is replaced whole, and `resume` carries out the plan of an upkeep that was cut before anyone reads the lake again.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.landing.contract import Contract, read_contracts
from orchestration.landing.lake import Lake
from orchestration.storage import publish

#: Partitions received at least this many days before the last one are compacted: late files rarely come to them.
COMPACT_AFTER_DAYS = 7
ZSTD = "(format parquet, compression zstd)"


def erase(home: Home) -> int:
    """Remove what requests for erasure ask for from the lake, the quarantine and the warehouse.

    The rows are those of the model `int_landing__rows_to_erase`, whose counts no longer hold them; nothing is left of
    them but their number by delivery (`lake/erased_rows.parquet`). Gives the number of files rewritten.
    """
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        con.execute(f"attach '{home.database}' as warehouse (read_only)")
        rows_to_erase = _relation(con, "int_landing__rows_to_erase")
        asked = con.execute(f"select count(*) from {rows_to_erase}").fetchall()[0][0]
        if asked:
            _replace(lake, con, _erasure_plan(lake), f"select feed, side, delivery, line from {rows_to_erase}")
        con.execute("detach warehouse")
        return _carry_out_erasure(home, lake, con)


def compact(home: Home) -> int:
    """Make one file of the small files of each older day of receipt; gives the number of files that went.

    The rows keep their delivery, so the account of rows does not change.
    """
    lake = Lake(home)
    gone = 0
    with lake.locked(), lake.connected() as con:
        for folder in _old_partitions(lake):
            files = sorted(folder.glob("*.parquet"))
            if len(files) < 2:
                continue
            name = hashlib.sha256(" ".join(file.name for file in files).encode()).hexdigest()[:12]
            target = folder / f"compacted-{name}.parquet"
            # From here on the next run knows which files the new one stands for.
            plan = lake.temporary / "compaction.json"
            plan.write_text(json.dumps({"target": str(target), "replaces": [str(file) for file in files]}))
            publish(plan, _compaction_plan(lake))
            names = ", ".join(f"'{file}'" for file in files)
            _replace(lake, con, target, f"select * from read_parquet([{names}], hive_partitioning = false)")
            _finish_compaction(lake)
            gone += len(files)
    return gone


def retire(home: Home, contracts: Mapping[str, Contract] | None = None) -> int:
    """Remove the rows that a feed keeps no longer (`retention` of its contract); gives the number of files removed.

    What was counted of them stays, and the account of each delivery goes to `lake/retired_deliveries.parquet`.
    """
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        for contract in (contracts or read_contracts()).values():
            if contract.table.retention:
                _account_for_retired(home, lake, con, contract)
        return _carry_out_retirement(home, lake, con)


def has_retired(home: Home) -> bool:
    """Whether rows are gone that what is counted rests on, so that it cannot be counted anew."""
    table = Lake(home).folder / "retired_deliveries.parquet"
    return table.is_file() and bool(duckdb.sql(f"select 1 from '{table}' limit 1").fetchall())


def resume(home: Home) -> None:
    """Finish an upkeep that was cut: until then rows may stand twice in the lake, or only some of a person be gone."""
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        _finish_compaction(lake)
        _carry_out_erasure(home, lake, con)
        _carry_out_retirement(home, lake, con)


def _compaction_plan(lake: Lake) -> Path:
    return lake.folder / "compaction.json"


def _finish_compaction(lake: Lake) -> None:
    """End a compaction: when its new file is there the old ones go, else they stay."""
    if not _compaction_plan(lake).is_file():
        return
    plan = json.loads(_compaction_plan(lake).read_text())
    if Path(plan["target"]).is_file():
        for file in plan["replaces"]:
            Path(file).unlink(missing_ok=True)
    _compaction_plan(lake).unlink()


def _old_partitions(lake: Lake) -> Iterator[Path]:
    days = {folder: folder.name.removeprefix("received_on=") for folder in lake.folder.glob("*/*/received_on=*")}
    if not days:
        return
    last = datetime.date.fromisoformat(max(days.values()))
    limit = (last - datetime.timedelta(days=COMPACT_AFTER_DAYS)).isoformat()
    yield from sorted(folder for folder, day in days.items() if day <= limit)


def _erasure_plan(lake: Lake) -> Path:
    return lake.folder / "erasure.parquet"


def _carry_out_erasure(home: Home, lake: Lake, con: duckdb.DuckDBPyConnection) -> int:
    """Remove the rows of the plan wherever they still are, then the plan; gives the number of files rewritten."""
    if not _erasure_plan(lake).is_file():
        return 0
    con.execute(f"create temp table plan as select * from '{_erasure_plan(lake)}'")
    _forget(home, con)
    held = list(_files_with_planned_rows(lake, con))
    for feed, side, path in held:
        _replace(
            lake, con, path, f"select * from {_rows(path)} anti join {_planned(feed, side)} using (delivery, line)"
        )
    _count(lake, con)
    _erasure_plan(lake).unlink()
    return len(held)


def _planned(feed: str, side: str) -> str:
    return f"(select delivery, line from plan where feed = '{feed}' and side = '{side}')"


def _files_with_planned_rows(lake: Lake, con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, Path]]:
    for feed, side in con.execute("select distinct feed, side from plan").fetchall():
        files = f"read_parquet('{lake.folder}/{side}/{feed}/*/*.parquet', filename = true)"
        query = f"select distinct filename from {files} semi join {_planned(feed, side)} using (delivery, line)"
        yield from ((feed, side, Path(name)) for (name,) in con.execute(query).fetchall())


def _count(lake: Lake, con: duckdb.DuckDBPyConnection) -> None:
    """Write how many rows of each delivery the lake no longer holds: what landing accepted minus what remains."""
    con.execute("create temp table remaining (feed varchar, side varchar, delivery ubigint, remaining bigint)")
    for feed, side in con.execute("select distinct feed, side from plan").fetchall():
        con.execute(
            "insert into remaining select ?, ?, delivery, count(*) "
            f"from read_parquet('{lake.folder}/{side}/{feed}/*/*.parquet') "
            f"where delivery in (select delivery from {_planned(feed, side)}) group by delivery",
            [feed, side],
        )
    table = lake.folder / "erased_rows.parquet"
    counted = f"""
        with before as (select * from '{table}'),
        touched as (select distinct feed, side, delivery from plan),
        now as (
            select
                feed,
                delivery,
                max(ledger.rows_accepted - coalesce(remaining.remaining, 0)) filter (side = 'raw') as rows_in_lake,
                max(ledger.rows_rejected - coalesce(remaining.remaining, 0)) filter (side = 'quarantine')
                    as rows_in_quarantine
            from touched
            left join remaining using (feed, side, delivery)
            inner join '{lake.folder}/ledger.parquet' as ledger using (feed, delivery)
            group by feed, delivery
        )
        select
            feed,
            delivery,
            coalesce(now.rows_in_lake, before.rows_in_lake, 0)::bigint as rows_in_lake,
            coalesce(now.rows_in_quarantine, before.rows_in_quarantine, 0)::bigint as rows_in_quarantine
        from before full join now using (feed, delivery)
        order by feed, delivery
    """
    _replace(lake, con, table, counted)


def _account_for_retired(home: Home, lake: Lake, con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Add the deliveries that are past their time to the account, as the warehouse has it."""
    table = lake.folder / "retired_deliveries.parquet"
    con.execute(f"attach '{home.database}' as warehouse (read_only)")
    account, retention = _relation(con, "delivery_reconciliation"), contract.table.retention
    past = f"""
        select * from {account}
        where feed = '{contract.feed}' and verdict = 'accepted' and delivery not in (select delivery from '{table}')
            and received_on < (select max(received_on) from {account} where feed = '{contract.feed}') - {retention.days}
    """
    if con.execute(f"select count(*) from ({past})").fetchall()[0][0]:
        _replace(lake, con, table, f"select * from '{table}' union all by name {past} order by feed, received_on, file")
    con.execute("detach warehouse")


def _carry_out_retirement(home: Home, lake: Lake, con: duckdb.DuckDBPyConnection) -> int:
    """Remove the rows of the deliveries in the account from the warehouse and the lake; gives the number of files."""
    table = lake.folder / "retired_deliveries.parquet"
    if not table.is_file():
        return 0
    days = con.execute(f"select distinct feed, received_on from '{table}'").fetchall()
    folders = [lake.folder / side / feed / f"received_on={day}" for feed, day in days for side in ("raw", "quarantine")]
    files = [file for folder in folders for file in folder.glob("*.parquet") if _is_retired(con, file, table)]
    if files:
        _delete(home, con, lambda names: {"delivery", "line"} <= names, f"delivery in (select delivery from '{table}')")
    for file in files:
        file.unlink()
    return len(files)


def _is_retired(con: duckdb.DuckDBPyConnection, file: Path, table: Path) -> bool:
    """Whether every row of the file is of a delivery in the account; a file that came late may still have to count."""
    others = f"select 1 from {_rows(file)} where delivery not in (select delivery from '{table}') limit 1"
    return not con.execute(others).fetchall()


def _rows(path: Path) -> str:
    """The rows of one file as they are in it, without the day of receipt that its folder bears."""
    return f"read_parquet('{path}', hive_partitioning = false)"


def _replace(lake: Lake, con: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    """Write the rows of the query as the file `path`, whole or not at all."""
    written = lake.temporary / "upkeep.parquet"
    con.execute(f"copy ({query}) to '{written}' {ZSTD}")
    publish(written, path)


def _relation(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """A table of the attached warehouse, whatever its schema."""
    query = "select schema_name from duckdb_tables() where database_name = 'warehouse' and table_name = ?"
    [(schema,)] = con.execute(query, [table]).fetchall()
    return f'warehouse."{schema}"."{table}"'


def _forget(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Delete the persons' rows from the warehouse: from every table that keeps persons, or rows of the lake."""
    persons = f"(select id_personne from read_parquet('{home.lake}/raw/erasure/*/*.parquet'))"
    _delete(home, con, lambda names: "person_key" in names, f"person_key in {persons}")
    planned = "(delivery, line) in (select delivery, line from plan)"
    _delete(home, con, lambda names: {"delivery", "line"} <= names, planned)


def _delete(home: Home, con: duckdb.DuckDBPyConnection, concerned: Callable[[set[str]], bool], condition: str) -> None:
    """Delete the rows that satisfy a condition from the tables of the warehouse whose columns are concerned."""
    if not home.database.is_file():
        return
    con.execute(f"attach '{home.database}' as warehouse")
    columns = con.execute(
        "select table_name, list(column_name) from duckdb_columns() join duckdb_tables() "
        "using (database_name, schema_name, table_name) where database_name = 'warehouse' group by table_name"
    ).fetchall()
    con.execute("begin")
    for table, names in columns:
        if concerned(set(names)):
            con.execute(f"delete from {_relation(con, table)} where {condition}")
    con.execute("commit")
    con.execute("detach warehouse")
