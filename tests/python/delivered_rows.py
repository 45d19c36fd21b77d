"""The rows of delivered files as text, and the versions of them that stand, for the second computations: plain Python,
no code of Vigie.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

Row = tuple[dt.date, list[str]]


def delivered(home: Path, feed: str, columns: Sequence[str]) -> Iterator[Row]:
    """Every row of every file of a feed as text, with the day of its receipt."""
    for path in sorted((home / "landing" / feed).glob("*/*")):
        received = dt.date.fromisoformat(path.parent.name)
        if path.name.endswith(".csv.gz"):
            with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
                for row in list(csv.reader(lines, delimiter=";"))[1:]:
                    yield received, row
        else:
            for told in duckdb.sql(f"select {', '.join(columns)} from read_parquet('{path}')").fetchall():
                yield received, ["" if value is None else str(value) for value in told]


def standing(
    rows: Iterable[Row], columns: Sequence[str], keeps: Callable[[dt.date, list[str]], bool]
) -> list[dict[str, str]]:
    """Of the rows that keep the contract the highest version of each key, unless it deletes it.

    Key, version and nature are the first three columns; of two that bear the same version the later one stands.
    """
    versions: dict[str, list[str]] = {}
    for received, row in rows:
        if keeps(received, row) and int(row[1]) >= int(versions.get(row[0], ["", "0"])[1]):
            versions[row[0]] = row
    return [dict(zip(columns, row, strict=True)) for row in versions.values() if row[2] != "deletion"]
