"""Receipts: what was sent to whom, when, by which right and with which fingerprint, apart from the data.

`routing/receipts/<recipient>/<number>.json` of the home is written once, when all of a delivery stands at the place of
its recipient, and never changed; `<number>.ack.json` beside it notes the acknowledgement. From these two all is read:
what a recipient has, what the next difference begins from, and who has received rows of a delivery.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.storage import make_folder, publish, write_whole

#: What SQL reads of a receipt. `deliveries` are those of which rows came to the recipient with this one first.
COLUMNS = {
    "recipient": "varchar",
    "number": "bigint",
    "kind": "varchar",
    "basis": "varchar",
    "release": "varchar",
    "fingerprint": "varchar",
    "sent_at": "timestamp",
    "manifest_sha256": "varchar",
    "transport": "varchar",
    "attempts": "bigint",
    "files": 'struct("name" varchar, bytes bigint, "rows" bigint, sha256 varchar, output varchar, "in" bigint)[]',
    "deliveries": "struct(feed varchar, delivery ubigint, is_records boolean)[]",
    "told_withdrawn": "ubigint[]",
    "told_persons": "varchar[]",
}
SENT = """
    select
        receipts.recipient, receipts.number, receipts.kind, receipts.basis, receipts."release", receipts.fingerprint,
        receipts.sent_at, acknowledged.acknowledged_at, acknowledged.is_same, receipts.transport, receipts.attempts,
        file.output, file.name as file, file.bytes, file."rows", file.sha256
    from receipts
    left join acknowledged using (recipient, number)
    cross join unnest(files) as files (file)
    where file."in" = receipts.number
    order by all
"""
GIVEN = """
    select recipient, number, sent_at, basis, given.feed, given.delivery, given.is_records
    from receipts
    cross join unnest(deliveries) as deliveries (given)
    order by all
"""
#: What recipients were told in notices: keys of deliveries that were withdrawn, keys of persons as they know them.
TOLD = "select recipient, number, told_withdrawn, told_persons from receipts where kind = 'notice'"
#: The tables of the audit, by the name of their folder in `routing/`, a file for each recipient.
TABLES = {"sent": SENT, "given": GIVEN}
#: The file of a table that has no rows, for as long as nothing was sent.
EMPTY = "_.parquet"


def folder_of(home: Home, recipient: str) -> Path:
    """Where the receipts of a recipient stand."""
    return home.routing / "receipts" / recipient


def receipts(home: Home, recipient: str, last: int | None = None) -> list[dict[str, Any]]:
    """The receipts of a recipient, or so many of them, the last one last. Raises VigieError when one cannot be read."""
    found = _files(home, recipient)
    return [_read(path) for path in (found[-last:] if last else found)]


def _files(home: Home, recipient: str) -> list[Path]:
    """The files of its receipts, in their order."""
    found = sorted(folder_of(home, recipient).glob("[0-9]*.json"))
    return [path for path in found if not path.name.endswith(".ack.json")]


def last_data(home: Home, recipient: str) -> dict[str, Any] | None:
    """The receipt of the last delivery of data: what the recipient has."""
    found = (_read(path) for path in reversed(_files(home, recipient)))
    return next((each for each in found if each["kind"] == "data"), None)


def next_number(home: Home, recipient: str) -> int:
    """The number of the delivery that comes next, from 1."""
    found = _files(home, recipient)
    return int(found[-1].stem) + 1 if found else 1


def keep(home: Home, receipt: Mapping[str, Any]) -> None:
    """Write a receipt, on the disk when this returns, and the tables of the audit from all of them."""
    path = folder_of(home, receipt["recipient"]) / f"{receipt['number']:06d}.json"
    assert not path.exists(), "a receipt is written once"
    _write(path, receipt)
    write_tables(home, receipt["recipient"])


def acknowledgement(home: Home, recipient: str, number: int) -> dict[str, Any] | None:
    """What was noted of the acknowledgement of a delivery: `acknowledged_at`, and whether it `is_same`, of what was
    sent; None when there is none."""
    path = folder_of(home, recipient) / f"{number:06d}.ack.json"
    return _read(path) if path.exists() else None


def note_acknowledgement(home: Home, recipient: str, number: int, is_same: bool, at: dt.datetime) -> None:
    """Note that a recipient has acknowledged a delivery, or (not `is_same`) something else."""
    facts = {"recipient": recipient, "number": number, "acknowledged_at": _utc(at), "is_same": is_same}
    _write(folder_of(home, recipient) / f"{number:06d}.ack.json", facts)
    write_tables(home, recipient)


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    make_folder(path.parent)
    write_whole(path, json.dumps(facts, ensure_ascii=False, indent=1) + "\n", mode=0o600)


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise VigieError(f"{path} is no receipt. Restore the file; nothing of it is made again by a run.") from error


def audit(home: Home, sql: str, values: tuple = (), recipient: str = "*") -> list[dict[str, Any]]:
    """What a query says of `sent` (a row for each file of each delivery), `given` (of each delivery of a feed, to whom
    its rows have gone, since when and by which right) and `told` (in notices); of one `recipient`, or of all."""
    with duckdb.connect() as connection:
        _load(home, connection, recipient)
        for name, query in {**TABLES, "told": TOLD}.items():
            connection.execute(f"create temp view {name} as {query}")
        cursor = connection.execute(sql, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def write_tables(home: Home, recipient: str) -> None:
    """Write what the tables of the audit, which models read, have of a recipient; of none, that they have no rows."""
    with duckdb.connect() as connection:
        _load(home, connection, recipient)
        for name, query in TABLES.items():
            folder = home.routing / name
            make_folder(folder)
            home.routing.chmod(0o700)
            draft = folder / f".{recipient}.draft"
            connection.execute(f"copy ({query}) to '{draft}' (format parquet)")
            publish(draft, folder / (f"{recipient}.parquet" if recipient else EMPTY))


def prepare_tables(home: Home) -> None:
    """Make the tables of the audit where there are none, so that their models can be built."""
    if not all((home.routing / name / EMPTY).is_file() for name in TABLES):
        write_tables(home, "")


def _load(home: Home, connection: duckdb.DuckDBPyConnection, recipient: str) -> None:
    """Make the tables `receipts` and `acknowledged`, of one recipient or (`*`) of all. The path of a home holds no
    quote."""
    kinds = {"acknowledged_at": "timestamp", "is_same": "boolean"}
    noted = {"recipient": "varchar", "number": "bigint", **kinds}
    paths = sorted((home.routing / "receipts").glob(f"{recipient}/[0-9]*.json")) if recipient else []
    of = {
        "receipts": (COLUMNS, [p for p in paths if not p.name.endswith(".ack.json")]),
        "acknowledged": (noted, [p for p in paths if p.name.endswith(".ack.json")]),
    }
    for name, (columns, files) in of.items():
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create temp table {name} ({declared})")
        if files:
            listed = ", ".join(f"'{path}'" for path in files)
            types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
            connection.execute(f"insert into {name} from read_json([{listed}], format = 'auto', columns = {{{types}}})")
