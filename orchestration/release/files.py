"""The files of the open data: how a table becomes CSV and Parquet, and what is linked from the release before.

The same rows in the same order give the same bytes: a query runs in one thread, and no row group of a Parquet file
ends where the rows of a query happened to come in batches.
"""

import gzip
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.landing.checking import literal, quoted
from orchestration.release.publication import RELEASE_ID
from orchestration.storage import fingerprint

FOLDER = "open_data"
SUFFIXES = ("csv", "parquet")
# A CSV file of this name is compressed. The lightest level already makes it eight times smaller, and costs least.
COMPRESSED, LEVEL = ".gz", 1
FORMS = {"csv": "format csv, header, delimiter ';', nullstr ''", "parquet": "format parquet, compression zstd"}
# More rows than a month of a slice has: its file is one row group, wherever its rows lay in what they are taken from.
ONE_ROW_GROUP = "row_group_size 1048576"


@dataclass(frozen=True)
class LastGood:
    """What the release before published, to link from: its folder, its facts by dataset, and what only the home knows
    of them: signatures, when each file was last written (nanoseconds), by which a link is trusted, and by series what
    each month was made from. `newest` is the release made last where an older one is shown: classes that it told
    stand at its address."""

    folder: Path | None = None
    datasets: Mapping[str, Mapping] = field(default_factory=dict)
    signatures: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)
    told_on: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, Mapping] = field(default_factory=dict)
    newest: "LastGood | None" = None

    def files(self, name: str) -> Mapping[str, Mapping]:
        """The files of a dataset as it was published, with the facts of each."""
        return self.datasets.get(name, {}).get("files", {})

    def told(self, name: str) -> tuple[Path | None, str | None]:
        """The Parquet file of a dataset as it was published last, and what its classes rested on."""
        file = f"{name}.parquet"
        if self.newest and file in self.newest.files(name):
            return self.newest.told(name)
        return self.path(name, file) if file in self.files(name) else None, self.told_on.get(name)

    def path(self, name: str, file: str) -> Path | None:
        """The file as it was published: of the release before or, if it was damaged since, of an older one."""
        facts = self.files(name)[file]
        assert self.folder is not None
        found = self.folder / FOLDER / file
        if _is_intact(found, facts, self.written.get(file)):
            return found
        others = (r / FOLDER / file for r in self.folder.parent.iterdir() if RELEASE_ID.fullmatch(r.name))
        return next((p for p in sorted(others, reverse=True) if p != found and _is_intact(p, facts, None)), None)


def _is_intact(path: Path, facts: Mapping, written: int | None) -> bool:
    """Whether a file holds what it was published with: by its size and time, and by its bytes where the time
    differs."""
    if not path.is_file():
        return False
    seen = path.stat()
    return seen.st_size == facts["bytes"] and (seen.st_mtime_ns == written or fingerprint(path) == facts["sha256"])


def last_good(previous: Path | None, twin: Mapping) -> LastGood:
    """What there is to link from: nothing before the first release, or when its description cannot be read."""
    if previous is None:
        return LastGood()
    try:
        known = json.loads((previous / "release.json").read_text(encoding="utf-8"))["datasets"]
    except (OSError, ValueError, KeyError):
        return LastGood()
    return LastGood(
        previous,
        known,
        twin.get("signatures", {}),
        twin.get("written", {}),
        twin.get("told_on", {}),
        twin.get("series", {}),
    )


def link(old: Path, new: Path) -> bool:
    """Give a published file its place in another release; whether the place on the disk is shared."""
    new.parent.mkdir(exist_ok=True)
    try:
        os.link(old, new)
        return True
    except OSError:
        # A filesystem without hard links: the bytes are the same, only the place is not shared.
        new.write_bytes(old.read_bytes())
        return False


def copy_rows(connection: duckdb.DuckDBPyConnection, query: str, path: Path, one_group: bool = False) -> dict:
    """Write the rows of a query in their order as CSV or Parquet, by the suffix of `path` (`.csv.gz`: compressed);
    gives bytes, hash and rows of the file. Raises OSError when it cannot be written."""
    plain = path.with_name(path.name.removesuffix(COMPRESSED))
    form = FORMS[plain.suffix[1:]] + (f", {ONE_ROW_GROUP}" if one_group else "")
    path.parent.mkdir(exist_ok=True)
    try:
        [(rows,)] = connection.execute(f"copy ({query}) to {literal(plain)} ({form})").fetchall()
        if plain != path:
            _compress(plain, path)
    except (duckdb.IOException, OSError) as error:
        raise OSError(f"{path.name} could not be written: {str(error).splitlines()[0]}") from error
    return {"bytes": path.stat().st_size, "sha256": fingerprint(path), "rows": rows}


def _compress(plain: Path, path: Path) -> None:
    """Compress a file, which then goes. Neither its name nor the clock is in it: equal rows are equal bytes."""
    with open(plain, "rb") as rows, open(path, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0) as packed:
            shutil.copyfileobj(rows, packed, 2**20)
    plain.unlink()


def copy_table(
    connection: duckdb.DuckDBPyConnection, source: str, columns: list[tuple[str, str]], folder: Path, name: str
) -> dict[str, dict]:
    """Write a relation in its order as `<name>.csv` and `<name>.parquet`; gives the facts of each file."""
    queries = {"csv": f"select {csv_columns(columns)} from {source}", "parquet": f"select * from {source}"}
    return {f"{name}.{s}": copy_rows(connection, query, folder / f"{name}.{s}") for s, query in queries.items()}


def csv_columns(columns: list[tuple[str, str]]) -> str:
    """Columns as a CSV file prints them: integers as integers, whatever their type; a moment as ISO 8601."""
    return ", ".join(_csv_expression(name, kind) for name, kind in columns)


def _csv_expression(name: str, kind: str) -> str:
    column = quoted(name)
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 1e15 "
            f"then {column}::bigint::varchar else {column}::varchar end as {column}"
        )
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S') as {column}"
    return column
