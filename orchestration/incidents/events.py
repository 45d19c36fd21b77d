"""The journal of incidents: `incidents/events.jsonl` of the home, one event a line, to which lines are only added.

What stands open, what is held by hand and what was retracted follow from the events by SQL. They name persons, files
and senders, and never leave the home.
"""

import datetime as dt
import json
import os
import pwd
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.storage import make_folder, sync

#: What an event may say, with the types that SQL reads it by. `number` counts events from 1, `incident` names the one
#: that it is about; `keys` are those of all findings that were found at once, of the `kinds` that were looked for;
#: `done` names the order that was carried out, `what` and `address` what was told to whom, by a fingerprint.
COLUMNS = {
    "number": "bigint",
    "noted_at": "timestamp",
    "day": "date",
    "by": "varchar",
    "event": "varchar",
    "why": "varchar",
    "incident": "bigint",
    "key": "varchar",
    "kind": "varchar",
    "severity": "varchar",
    "feed": "varchar",
    "rule": "varchar",
    "detail": "varchar",
    "todo": "varchar",
    "outputs": "varchar[]",
    "cells": "bigint",
    "since": "date",
    "until": "date",
    "keys": "varchar[]",
    "kinds": "varchar[]",
    "release": "varchar",
    "output": "varchar",
    "datasets": "varchar[]",
    "done": "bigint",
    "what": "varchar",
    "address": "varchar",
}
#: Who does what nobody asked for.
VIGIE = "vigie"


def events_file(home: Home) -> Path:
    """Where the events stand."""
    return home.incidents / "events.jsonl"


def officer() -> str:
    """The login name of the person who calls, by the user of the process: a variable could say another."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def append(home: Home, day: dt.date, by: str, events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add events as they follow each other, on the disk when this returns; gives them with their numbers.

    To be called under the lock of the home. A line that a kill has left unfinished goes first.
    """
    path = events_file(home)
    make_folder(path.parent)
    path.parent.chmod(0o700)
    whole = _whole_bytes(path)
    first = whole.count(b"\n") + 1
    noted_at = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    made = [
        {"number": number, "noted_at": noted_at, "day": day.isoformat(), "by": by, **event}
        for number, event in enumerate(events, first)
    ]
    unknown = {name for event in made for name in event} - COLUMNS.keys()
    assert not unknown, f"an event has no {', '.join(sorted(unknown))}"
    lines = "".join(json.dumps(event, ensure_ascii=False, default=str) + "\n" for event in made)
    with open(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "rb+") as file:
        file.truncate(len(whole))
        file.seek(len(whole))
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
    return made


def _whole_bytes(path: Path) -> bytes:
    """What stands in the journal up to the end of its last whole line."""
    content = path.read_bytes() if path.exists() else b""
    return content[: content.rfind(b"\n") + 1]


def query(home: Home, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """What a query says of the events, which it reads as `events` with the columns of `COLUMNS`.

    Raises VigieError when a line of the journal is no event.
    """
    with duckdb.connect() as connection:
        load(home, connection)
        cursor = connection.execute(sql, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def load(home: Home, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `events` in a database of the caller; raises VigieError when a line of the journal is no event."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    connection.execute(f"create or replace temp table events ({columns})")
    rows = []
    for line, text in enumerate(_whole_bytes(events_file(home)).splitlines(), 1):
        try:
            event = json.loads(text)
            rows.append([event.get(name) for name in COLUMNS])
        except (ValueError, AttributeError) as error:
            raise VigieError(
                f"{events_file(home)}, line {line}, is no event of incidents. Restore the file; nothing of it is made"
                " again by a run."
            ) from error
    if rows:
        places = ", ".join("?" for _ in COLUMNS)
        connection.executemany(f"insert into events values ({places})", rows)
