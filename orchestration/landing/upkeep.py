"""Upkeep of the raw lake once the warehouse has taken everything in: erasure, retention, compaction of small files.

All rewrite files of the lake under its lock and are safe to kill: a plan of what is to change is published first, a
file is replaced whole, and `resume` carries out the plan of an upkeep that was cut before anyone reads the lake again.
"""

import datetime
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing.checking import literal, quoted
from orchestration.landing.contract import Contract, read_contracts
from orchestration.landing.lake import Lake
from orchestration.storage import publish, remove, write_whole

#: The models that the upkeep reads: what it does rests on them being at their present state.
ROWS_TO_ERASE, RECONCILIATION = READ_BY_UPKEEP = ("int_landing__rows_to_erase", "delivery_reconciliation")

#: Partitions received at least this many days before the last one are compacted: late files rarely come to them.
COMPACT_AFTER_DAYS = 7
ZSTD = "(format parquet, compression zstd)"


def erase(home: Home, changing: Callable[[], None] = lambda: None) -> int:
    """Remove what requests for erasure ask for from the lake, the quarantine and every warehouse of the home.

    The rows, and the persons for whom they go, are those of the model `int_landing__rows_to_erase`, whose counts no
    longer hold them; nothing is left of them but their number by delivery (`lake/erased_rows.parquet`). The requests
    are noted first (`lake/erased_requests.parquet`): from then on they cannot be taken back. `changing` is called
    before a warehouse is changed. Gives the number of files rewritten.
    """
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        # What one that was cut has begun: its plan would be lost under the new one.
        rewritten = _carry_out_erasure(home, lake, con, changing)
        con.execute(f"attach {literal(home.database)} as warehouse (read_only)")
        rows_to_erase = _relation(con, ROWS_TO_ERASE)
        asked = con.execute(f"select count(*) from {rows_to_erase}").fetchall()[0][0]
        if asked:
            _note_requests(lake, con, f"(select unnest(person_keys) from {rows_to_erase})")
            plan = f"select feed, side, delivery, line, person_keys from {rows_to_erase}"
            _replace(lake, con, _erasure_plan(lake), plan)
        con.execute("detach warehouse")
        return rewritten + _carry_out_erasure(home, lake, con, changing)


def compact(home: Home) -> int:
    """Make one file of the small files of each older day of receipt; gives the number of files that went.

    The rows keep their delivery, so the account of rows does not change. Files that give one column different types,
    as two versions of a contract may, stay as they are.
    """
    lake = Lake(home)
    gone = 0
    with lake.locked(), lake.connected() as con:
        # One that was cut leaves its new file beside the old ones, and all of their rows twice.
        _finish_compaction(lake)
        for folder in _old_partitions(lake):
            files = sorted(folder.glob("*.parquet"))
            if len(files) < 2 or (columns := _common_columns(con, files)) is None:
                continue
            name = hashlib.sha256(" ".join(file.name for file in files).encode()).hexdigest()[:12]
            target = folder / f"compacted-{name}.parquet"
            # From here on the next run knows which files the new one stands for. A home may be copied or moved.
            plan = {"target": lake.name_of(target), "replaces": [lake.name_of(file) for file in files]}
            write_whole(_compaction_plan(lake), json.dumps(plan))
            _replace(lake, con, target, f"select * from {_rows(*files)}", same_as=(columns, files))
            _finish_compaction(lake)
            gone += len(files)
    return gone


def retire(
    home: Home, contracts: Mapping[str, Contract] | None = None, changing: Callable[[], None] = lambda: None
) -> int:
    """Remove the rows that a feed keeps no longer (`retention` of its contract); gives the number of files removed.

    What was counted of them stays, and the account of each delivery goes to `lake/retired_deliveries.parquet`.
    `changing` is called before a warehouse is changed.
    """
    lake = Lake(home)
    with lake.locked(), lake.connected() as con:
        for contract in (contracts or read_contracts()).values():
            if contract.table.retention:
                _account_for_retired(home, lake, con, contract)
        return _carry_out_retirement(home, lake, con, changing)


def has_retired(home: Home) -> bool:
    """Whether rows are gone that what is counted rests on, so that it cannot be counted anew."""
    table = Lake(home).folder / "retired_deliveries.parquet"
    return table.is_file() and bool(duckdb.sql(f"select 1 from {_rows(table)} limit 1").fetchall())


def resume(home: Home) -> None:
    """Finish an upkeep that was cut: until then rows may stand twice in the lake, or only some of a person be gone.

    What a comparison that was killed has left of the warehouse goes: nobody would erase a person from it.
    """
    shutil.rmtree(home.comparison, ignore_errors=True)
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
    if (lake.folder / plan["target"]).is_file():
        remove(*(lake.folder / file for file in plan["replaces"]))
    remove(_compaction_plan(lake))


def _old_partitions(lake: Lake) -> Iterator[Path]:
    days = {folder: folder.name.removeprefix("received_on=") for folder in lake.folder.glob("*/*/received_on=*")}
    if not days:
        return
    last = datetime.date.fromisoformat(max(days.values()))
    limit = (last - datetime.timedelta(days=COMPACT_AFTER_DAYS)).isoformat()
    yield from sorted(folder for folder, day in days.items() if day <= limit)


def _common_columns(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[str, str] | None:
    """Each column that some of the files have, with its type; None when they do not agree on one."""
    common: dict[str, str] = {}
    for file in files:
        for name, kind in _columns(con, file).items():
            if common.setdefault(name, kind) != kind:
                return None
    return common


def _columns(con: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    return {name: kind for name, kind, *_ in con.execute(f"describe from {_rows(file)}").fetchall()}


def _content(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], files: Sequence[Path]) -> tuple[int, int]:
    """The number of rows of the files and a sum of their hashes, the same in any order; a column not there is NULL."""
    rows = hashes = 0
    for file in files:
        has = _columns(con, file)
        cells = ", ".join(quoted(name) if name in has else f"null::{kind}" for name, kind in columns.items())
        query = f"select count(*), coalesce(sum(hash({cells})::hugeint), 0) from {_rows(file)}"
        [(more_rows, more_hashes)] = con.execute(query).fetchall()
        rows, hashes = rows + more_rows, hashes + more_hashes
    return rows, hashes


def _are_twice(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> bool:
    """Whether the files hold a line of a delivery more than once."""
    lines = f"select delivery, line from {_rows(*files)} group by all having count(*) > 1"
    return bool(con.execute(f"{lines} limit 1").fetchall())


def _erasure_plan(lake: Lake) -> Path:
    return lake.folder / "erasure.parquet"


def _note_requests(lake: Lake, con: duckdb.DuckDBPyConnection, persons: str) -> None:
    """Add the requests of some persons, a query of keys, to those of which the rows go."""
    files = _files(lake, "raw", "erasure")
    asked = f"select delivery from {_rows(*files)} where id_personne in {persons}"
    _replace(lake, con, lake.erased_requests, f"select delivery from {_rows(lake.erased_requests)} union {asked}")


def _carry_out_erasure(
    home: Home, lake: Lake, con: duckdb.DuckDBPyConnection, changing: Callable[[], None] = lambda: None
) -> int:
    """Remove the rows of the plan wherever they still are, then the plan; gives the number of files rewritten."""
    if not _erasure_plan(lake).is_file():
        return 0
    changing()
    con.execute(f"create or replace temp table plan as select * from {_rows(_erasure_plan(lake))}")
    # Not whoever has asked: a request may have been withdrawn, or have come after the last build.
    con.execute("create or replace temp table forgotten as select distinct unnest(person_keys) as person_key from plan")
    for warehouse in warehouses(home):
        _forget(con, warehouse)
    held = list(_files_with_planned_rows(lake, con))
    for feed, side, path in held:
        _replace(
            lake, con, path, f"select * from {_rows(path)} anti join {_planned(feed, side)} using (delivery, line)"
        )
    _count(lake, con)
    remove(_erasure_plan(lake))
    return len(held)


def _planned(feed: str, side: str) -> str:
    return f"(select delivery, line from plan where feed = {literal(feed)} and side = {literal(side)})"


def _files(lake: Lake, side: str, feed: str) -> list[Path]:
    return sorted((lake.folder / side / feed).glob("received_on=*/*.parquet"))


def _files_with_planned_rows(lake: Lake, con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, Path]]:
    for feed, side in con.execute("select distinct feed, side from plan").fetchall():
        for path in _files(lake, side, feed):
            query = f"select 1 from {_rows(path)} semi join {_planned(feed, side)} using (delivery, line) limit 1"
            if con.execute(query).fetchall():
                yield feed, side, path


def _count(lake: Lake, con: duckdb.DuckDBPyConnection) -> None:
    """Write how many rows of each delivery the lake no longer holds: what landing accepted minus what remains."""
    con.execute(
        "create or replace temp table remaining (feed varchar, side varchar, delivery ubigint, remaining bigint)"
    )
    for feed, side in con.execute("select distinct feed, side from plan").fetchall():
        con.execute(
            "insert into remaining select ?, ?, delivery, count(*) "
            f"from {_rows(*_files(lake, side, feed))} "
            f"where delivery in (select delivery from {_planned(feed, side)}) group by delivery",
            [feed, side],
        )
    table = lake.folder / "erased_rows.parquet"
    counted = f"""
        with before as (select * from {_rows(table)}),
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
            inner join {_rows(lake.folder / "ledger.parquet")} as ledger using (feed, delivery)
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
    con.execute(f"attach {literal(home.database)} as warehouse (read_only)")
    account, retention, feed = _relation(con, RECONCILIATION), contract.table.retention, contract.feed
    # A withdrawn copy has no rows of its own, and no key: it stays in the ledger.
    past = f"""
        select * from {account}
        where feed = {literal(feed)} and verdict in ('accepted', 'withdrawn') and delivery is not null
            and delivery not in (select delivery from {_retired(table)})
            and received_on
                < (select max(received_on) from {account} where feed = {literal(feed)}) - {retention.days}
    """
    if con.execute(f"select count(*) from ({past})").fetchall()[0][0]:
        both = f"select * from {_retired(table)} union all by name {past} order by feed, received_on, file"
        _replace(lake, con, table, both)
    con.execute("detach warehouse")


def _carry_out_retirement(
    home: Home, lake: Lake, con: duckdb.DuckDBPyConnection, changing: Callable[[], None] = lambda: None
) -> int:
    """Remove the rows of the deliveries in the account from the warehouses and the lake; gives the number of files."""
    table = lake.folder / "retired_deliveries.parquet"
    if not table.is_file():
        return 0
    days = con.execute(f"select distinct feed, received_on from {_retired(table)}").fetchall()
    folders = [lake.folder / side / feed / f"received_on={day}" for feed, day in days for side in ("raw", "quarantine")]
    files = [file for folder in folders for file in folder.glob("*.parquet") if _is_retired(con, file, table)]
    if files:
        changing()
        for warehouse in warehouses(home):
            _delete_deliveries(con, warehouse, f"delivery in (select delivery from {_retired(table)})")
        remove(*files)
    return len(files)


def _is_retired(con: duckdb.DuckDBPyConnection, file: Path, table: Path) -> bool:
    """Whether every row of the file is of a delivery in the account; a file that came late may still have to count."""
    others = f"select 1 from {_rows(file)} where delivery not in (select delivery from {_retired(table)}) limit 1"
    return not con.execute(others).fetchall()


def _retired(table: Path) -> str:
    """The account of deliveries that are past their time; a NULL among the keys would make it hold for every file."""
    return f"(select * from {_rows(table)} where delivery is not null)"


def _rows(*paths: Path) -> str:
    """The rows of files as they are in them, whatever columns each has, without what the names of folders say."""
    names = ", ".join(literal(path) for path in paths)
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def _replace(
    lake: Lake,
    con: duckdb.DuckDBPyConnection,
    path: Path,
    query: str,
    same_as: tuple[Mapping[str, str], Sequence[Path]] | None = None,
) -> None:
    """Write the rows of the query as the file `path`, whole or not at all.

    `same_as`, columns and files: raises VigieError, and `path` stays as it was, when what was written has other
    columns than these or other rows than the files, or when these hold a row twice.
    """
    written = lake.temporary / "upkeep.parquet"
    con.execute(f"copy ({query}) to {literal(written)} {ZSTD}")
    if same_as:
        columns, files = same_as
        if _columns(con, written) != columns or _content(con, columns, [written]) != _content(con, columns, files):
            raise VigieError(
                f"{lake.name_of(path)} would not hold what the {len(files)} files beside it hold, so they stay. This "
                "is a fault of Vigie or of the disk; nothing is lost, and the figures do not change."
            )
        if _are_twice(con, files):
            raise VigieError(
                f"The files of {lake.name_of(path.parent)} hold a row more than once, so they stay as they are: the "
                "account of that feed will not add up. Take out the file that does not belong there."
            )
    publish(written, path)


def _relation(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """A table of the attached warehouse, whatever its schema."""
    [relation] = [relation for relation in tables_of(con) if relation.endswith(f".{quoted(table)}")]
    return relation


def warehouses(home: Home) -> list[Path]:
    """The databases of the home: that of the present, and those of the days looked back at."""
    past = home.root / "as_of"
    edges = [Home(home.root), *(Home(home.root, folder) for folder in sorted(past.glob("*")))]
    return [edge.database for edge in edges if edge.database.is_file()]


def _forget(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Make a warehouse anew without the persons: rows where a column has their key, and rows that go from the lake."""

    def others(relation: str, columns: Mapping[str, str]) -> str:
        keys = [quoted(name) for name, kind in columns.items() if kind == "UBIGINT"]
        lists = [quoted(name) for name, kind in columns.items() if kind == "UBIGINT[]"]
        theirs = [f"{name} in (select person_key from forgotten)" for name in keys]
        theirs += [f"list_has_any({name}, (select list(person_key) from forgotten))" for name in lists]
        if {"delivery", "line"} <= set(columns):
            theirs.append("(delivery, line) in (select delivery, line from plan)")
        return f"select * from {relation}" + (f" where ({' or '.join(theirs)}) is not true" if theirs else "")

    make_anew(con, database, others)


def make_anew(
    con: duckdb.DuckDBPyConnection,
    database: Path,
    rows: Callable[[str, Mapping[str, str]], str],
    further: Sequence[str] = (),
) -> None:
    """Make a warehouse anew beside the old one and put it in its place; `rows` gives the query that fills a table.

    It is called with the relation as it was and its columns with their types; `further` statements then run on the new
    one, attached as `draft`. A row that is deleted or changed would stay in the blocks of the file. The file is
    replaced when the new one is complete; what queries have spilled beside it goes too.
    """
    draft = database.with_name(f"{database.stem}.draft.duckdb")
    remove(draft, _log(draft))
    if _log(database).exists():
        # What a killed writer left in the log would be applied to the new file.
        con.execute(f"attach {literal(database)} as warehouse")
        con.execute("checkpoint warehouse")
        con.execute("detach warehouse")
    con.execute(f"attach {literal(database)} as warehouse (read_only)")
    con.execute(f"attach {literal(draft)} as draft")
    con.execute("copy from database warehouse to draft (schema)")
    for relation, columns in tables_of(con).items():
        con.execute(f"insert into draft.{relation.removeprefix('warehouse.')} {rows(relation, columns)}")
    for statement in further:
        con.execute(statement)
    con.execute("detach warehouse")
    con.execute("detach draft")
    shutil.rmtree(database.parent / "spill", ignore_errors=True)
    publish(draft, database)


def _log(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _delete_deliveries(con: duckdb.DuckDBPyConnection, database: Path, condition: str) -> None:
    """Delete the rows of the lake that satisfy a condition from the tables of a warehouse that keep such rows."""
    con.execute(f"attach {literal(database)} as warehouse")
    con.execute("begin")
    for relation, columns in tables_of(con).items():
        if {"delivery", "line"} <= set(columns):
            con.execute(f"delete from {relation} where {condition}")
    con.execute("commit")
    con.execute("detach warehouse")


def tables_of(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The tables of the attached warehouse, each with its columns and their types."""
    tables: dict[str, dict[str, str]] = {}
    query = (
        "select schema_name, table_name, column_name, data_type from duckdb_columns() join duckdb_tables() "
        "using (database_name, schema_name, table_name) where database_name = 'warehouse'"
    )
    for schema, table, column, kind in con.execute(query).fetchall():
        tables.setdefault(f"warehouse.{quoted(schema)}.{quoted(table)}", {})[column] = kind
    return tables
