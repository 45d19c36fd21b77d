"""The keys of a lake: the secret that belongs to it, and the keying, once, of a lake that was made without one.

The keys of such a lake are the MD5 numbers themselves, so they are keyed in place, without the delivered files. First
all its files are written anew apart; then the marker of the lake says so, and from there on they are moved into their
places and the warehouses are keyed, as often as it takes: killed at any moment, nothing is keyed twice or not at all.

The versions that made such lakes quoted deliveries in what they said. Reasons in the ledger keep the names of rules
only, and the old journals, logs and events of Dagster are removed.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet

from orchestration import progress
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing.checking import literal, persons, pseudonyms, quoted, shown
from orchestration.landing.contract import Contract, identifier_patterns
from orchestration.landing.keys import Keys, make_secret, read_secret, secret_file
from orchestration.landing.lake import FIELD_COUNT, QUARANTINE, Lake
from orchestration.landing.upkeep import make_anew, tables_of, warehouses
from orchestration.storage import publish, remove, write_whole

#: The table of a warehouse that says by which secret it has been keyed, for as long as the keying of the lake goes on.
_MARK = "vigie_keyed"


def keys_of(home: Home, lake: Lake, contracts: Mapping[str, Contract]) -> Keys:
    """The keys of the lake, which is locked; makes the secret of a new one, and keys one that was made without.

    Raises VigieError when the secret is not that of the lake, is lost, or cannot be used.
    """
    marker, secret = _marker(lake), read_secret(home)
    if secret is None and marker:
        raise VigieError(
            f"The secret of this home is lost: {secret_file(home)} is not there. Restore it from your backup, or name"
            " it in VIGIE_SECRET_FILE. Without it no new delivery can be joined to the people already known: then start"
            " with all deliveries in another VIGIE_HOME."
        )
    keys = Keys(secret or make_secret(home))
    if marker and marker["check"] != keys.check:
        raise VigieError(
            f"The secret in {secret_file(home)} is not the one that this home was begun with: the same person would be"
            " another one. Restore the right one from your backup, or name it in VIGIE_SECRET_FILE."
        )
    if not marker:
        _write_apart(lake, keys, contracts)
        marker = _mark(lake, keys, moved=False)
    if not marker["moved"]:
        _move(lake)
        for database in warehouses(home):
            _key_warehouse(database, keys)
        marker = _mark(lake, keys, moved=True)
    # A marker of before does not say whether the marks of the warehouses are gone.
    if marker.get("marked", True):
        for database in warehouses(home):
            with duckdb.connect(str(database)) as con:
                con.execute(f"drop table if exists main.{_MARK}")
        _mark(lake, keys, moved=True, marked=False)
    return keys


def forget_words(home: Home) -> None:
    """Remove the journals, logs and events of a home of which the lake was made without a secret, and is not keyed yet.

    To be called before Dagster opens its files.
    """
    lake = Lake(home)
    if _marker(lake) or not any((lake.folder / "raw").glob("*/*/*.parquet")):
        return
    progress.line("  Old journals, logs and events of Dagster are removed: they may quote what was delivered.")
    remove(*home.runs.glob("*.json"))
    edges = [home, *(Home(home.root, folder) for folder in (home.root / "as_of").glob("*"))]
    for folder in (home.dagster, *(edge.dbt for edge in edges)):
        for path in sorted(folder.glob("*")):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.suffix == ".log":
                # It may be open, for this run.
                os.truncate(path, 0)
    for path in (path for edge in edges for path in edge.archive.glob("*/release.json")):
        write_whole(path, json.dumps(_without_reasons(json.loads(path.read_bytes())), ensure_ascii=False, indent=1))


def _without_reasons(facts: Any) -> Any:
    """What was kept of a release, without why files were refused."""
    if isinstance(facts, list):
        return [_without_reasons(each) for each in facts]
    if not isinstance(facts, dict):
        return facts
    kept = {name: _without_reasons(each) for name, each in facts.items()}
    return kept | {"reason": ""} if kept.get("verdict") == "refused" else kept


def _marker(lake: Lake) -> dict | None:
    """What the lake says of its keys.

    `check` is that of the secret; its files may be `moved` into place, and its warehouses `marked` still.
    """
    try:
        return json.loads((lake.folder / "keys.json").read_text())
    except FileNotFoundError:
        return None


def _mark(lake: Lake, keys: Keys, *, moved: bool, marked: bool = True) -> dict:
    lake.temporary.mkdir(parents=True, exist_ok=True)
    written = lake.temporary / "keys.json"
    marker = {"check": keys.check, "moved": moved, "marked": marked}
    written.write_text(json.dumps(marker) + "\n")
    publish(written, lake.folder / "keys.json")
    return marker


def _apart(lake: Lake) -> Path:
    return lake.folder / ".rekeyed"


def _write_apart(lake: Lake, keys: Keys, contracts: Mapping[str, Contract]) -> None:
    """Write every file of the lake that holds keys anew below a folder apart, and what was said of files."""
    shutil.rmtree(_apart(lake), ignore_errors=True)
    lake.temporary.mkdir(parents=True, exist_ok=True)
    files = sorted(path for side in ("raw", "quarantine") for path in (lake.folder / side).glob("*/*/*.parquet"))
    if files:
        progress.line("  The keys of this lake were made without a secret: they are made anew, once.")
    identifiers = identifier_patterns(contracts)
    for path in files:
        place = path.relative_to(lake.folder)
        contract = contracts.get(place.parts[1])
        written = lake.temporary / "rekeyed.parquet"
        if place.parts[0] == "raw":
            _key_rows(path, written, contract, keys)
        else:
            _key_quarantine(path, written, contract, identifiers, keys)
        publish(written, _apart(lake) / place)
    for path in sorted((lake.folder / "ledger").glob("*/*/*.json")):
        _write_reason_apart(lake, path, contracts)


def _write_reason_apart(lake: Lake, path: Path, contracts: Mapping[str, Contract]) -> None:
    """Write an entry of the ledger without what it quotes of the file: of a reason the names of rules stay."""
    entry = json.loads(path.read_bytes())
    names = entry.get("extra_columns")
    if not (names and isinstance(names, str)) and entry.get("verdict") != "refused":
        return
    if isinstance(names, str):
        entry["extra_columns"] = len([name for name in names.split(", ") if name])
    if entry.get("verdict") == "refused":
        rules = sorted(_rules(contracts.get(entry["feed"])) & set(re.findall(r"\w+", entry.get("reason", ""))))
        said = f" ({', '.join(rules)})" if rules else ""
        entry["reason"] = f"refused before this lake had keys{said}; vigie land --again says why"
    written = lake.temporary / "entry.json"
    written.write_text(json.dumps(entry, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    publish(written, _apart(lake) / path.relative_to(lake.folder))


def _rules(contract: Contract | None) -> set[str]:
    """The names of the rules of a contract."""
    table = contract.table if contract else None
    named = {rule.name for rule in (*table.every_rule, *table.sets)} if table else set()
    return named | {"unique", FIELD_COUNT}


def _key_rows(path: Path, written: Path, contract: Contract | None, keys: Keys) -> None:
    """Write accepted rows anew, keyed: every column that can hold keys, unless the contract says that it does not."""
    with pyarrow.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
        numbers = {field.name for field in schema if field.type == pa.uint64()} - {"delivery"}
        not_keys = {column.name for column in contract.columns if column not in contract.keys} if contract else set()
        names = numbers - not_keys
        with pyarrow.parquet.ParquetWriter(written, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                for name in names:
                    at = schema.get_field_index(name)
                    table = table.set_column(at, schema.field(name), keys.of_column(table[name]))
                writer.write_table(table)


def _key_quarantine(
    path: Path,
    written: Path,
    contract: Contract | None,
    identifiers: tuple[str, ...],
    keys: Keys,
) -> None:
    """Write rejected rows anew: with the keys of all persons they may be of, and no value that may identify one."""
    table = pyarrow.parquet.read_table(path, partitioning=None)
    person = contract.person if contract else None
    found = pseudonyms('"value"', person.contract.pattern) if person and person.contract.pattern else "[]::varchar[]"
    with duckdb.connect() as con:
        con.register("rejected", table)
        anew = con.sql(
            f"""
            select
                * exclude ("value", person_key),
                case when rule = '{FIELD_COUNT}' or "value" = '(key)' then "value"
                    else {shown('"value"', identifiers)} end as "value",
                list_sort(list_distinct(list_filter([person_key], lambda key: key is not null) || {persons(found)}))
                    as person_keys
            from rejected
            """
        ).to_arrow_table()
    anew = anew.select(QUARANTINE.names).cast(QUARANTINE)
    anew = anew.set_column(len(QUARANTINE) - 1, QUARANTINE.field(-1), keys.of_column(anew["person_keys"]))
    pyarrow.parquet.write_table(anew, written, compression="zstd")


def _move(lake: Lake) -> None:
    """Bring the files written apart into their places, those that are not there yet."""
    for path in sorted(path for path in _apart(lake).rglob("*") if path.is_file()):
        publish(path, lake.folder / path.relative_to(_apart(lake)))
    shutil.rmtree(_apart(lake), ignore_errors=True)


def _key_warehouse(database: Path, keys: Keys) -> None:
    """Make a warehouse anew with keys in every column of keys, unless that has been done.

    What was noted of the contents of its tables is forgotten: they are others now.
    """
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as con:
        con.execute(f"attach {literal(database)} as warehouse (read_only)")
        tables = tables_of(con)
        con.execute("detach warehouse")
        if f"warehouse.{quoted('main')}.{quoted(_MARK)}" in tables:
            return
        con.create_function("keyed", keys.of_column, ["UBIGINT"], "UBIGINT", type="arrow")

        def keyed(relation: str, columns: Mapping[str, str]) -> str:
            names = [quoted(name) for name, kind in columns.items() if kind == "UBIGINT" and name.endswith("_key")]
            changes = [f"keyed({name}) as {name}" for name in names]
            if {"verdict", "reason"} <= set(columns):
                changes.append("case when verdict = 'refused' then '' else reason end as reason")
            return f"select * {'replace (' + ', '.join(changes) + ')' if changes else ''} from {relation}"

        noted = f"warehouse.{quoted('gate')}.{quoted('contents')}" in tables
        forget = ["delete from draft.gate.contents"] if noted else []
        mark = f"create or replace table draft.main.{_MARK} as select true as keyed"
        make_anew(con, database, keyed, [*forget, mark])
