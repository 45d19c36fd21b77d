"""Differences row by row: of a file that has changed, the rows that were added, changed or removed.

Of what a recipient has, the home keeps the keys of the rows and a digest of each, by the SHA-256 of the file, and no
content. A difference is a table of the columns of the file and `vigie_change`: `added` and `changed` have the row as it
is now, `removed` the columns of its key alone. A recipient takes away the rows whose keys are in it, and puts in those
that are not removed.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.landing.checking import literal, quoted
from orchestration.release.files import COMPRESSED, copy_rows
from orchestration.storage import make_folder, publish

#: What one query may hold in memory.
MEMORY = "1GB"
CHANGE, DIGEST = "vigie_change", "vigie_digest"


def folder_of(home: Home, recipient: str) -> Path:
    """Where the keys of the rows of a recipient are kept."""
    return home.routing / "rows" / recipient


def note_rows(home: Home, recipient: str, path: Path, sha256: str, key: Sequence[str]) -> None:
    """Keep the keys of the rows of a file, with a digest of each; nothing where a key does not name one row."""
    kept = folder_of(home, recipient) / f"{sha256}.parquet"
    with _connected(kept.parent) as connection:
        columns, rows = _rows_of(connection, path)
        named = [name for name in key if name in columns]
        listed = ", ".join(map(quoted, named))
        if not named or connection.execute(f"select 1 from {rows} group by {listed} having count(*) > 1").fetchall():
            return
        draft = kept.with_suffix(".draft")
        digests = f"select {listed}, md5(to_json(file)::varchar) as {DIGEST} from {rows} as file"
        connection.execute(f"copy ({digests}) to {literal(draft)} (format parquet)")
        publish(draft, kept)


def write_changes(home: Home, recipient: str, path: Path, before: str, after: str) -> tuple[Path, int] | None:
    """Write the difference of a file to that of the SHA-256 `before`, of which the rows of both were noted; gives its
    path and how many rows it has. None when that is not known, or the difference no smaller than the file."""
    old, new = (folder_of(home, recipient) / f"{sha256}.parquet" for sha256 in (before, after))
    if not old.is_file() or not new.is_file():
        return None
    with _connected(old.parent) as connection:
        columns, rows = _rows_of(connection, path)
        kinds = [_kinds(connection, f"read_parquet({literal(each)})") for each in (old, new)]
        if kinds[0] != kinds[1]:
            return None
        key = [name for name in kinds[0] if name != DIGEST]
        same = " and ".join(f"old.{quoted(name)} is not distinct from new.{quoted(name)}" for name in key)
        this = same.replace("old.", "file.")
        listed, all_of = (", ".join(map(quoted, names)) for names in (key, columns))
        changes = f"""
            with old as (from read_parquet({literal(old)})),
            new as (
                select new.*, if(old.{DIGEST} is null, 'added', 'changed') as {CHANGE}
                from read_parquet({literal(new)}) as new left join old on {same}
                where old.{DIGEST} is distinct from new.{DIGEST}
            ),
            gone as (
                select 'removed' as {CHANGE}, {", ".join(f"old.{quoted(name)}" for name in key)}
                from old anti join read_parquet({literal(new)}) as new on {same}
            )
            select {CHANGE}, {all_of} from (
                select new.{CHANGE}, file.* from {rows} as file inner join new on {this}
                union all by name
                from gone
            ) order by {listed}
        """
        ending = "".join(path.suffixes[-2:] if path.name.endswith(COMPRESSED) else path.suffixes[-1:])
        made = path.with_name(f"{path.name.removesuffix(ending)}.changes{ending}")
        facts = copy_rows(connection, changes, made)
        [(whole,)] = connection.execute(f"select count(*) from {rows}").fetchall()
    # Of a file with other columns, or keys made with another secret, no row is as it was.
    if facts["rows"] >= whole or facts["bytes"] >= path.stat().st_size:
        made.unlink()
        return None
    return made, facts["rows"]


def keep_only(home: Home, recipient: str, hashes: set[str]) -> None:
    """Forget the rows of files that the recipient does not have any more."""
    for path in folder_of(home, recipient).glob("*"):
        if path.stem not in hashes:
            path.unlink()


def _connected(folder: Path) -> duckdb.DuckDBPyConnection:
    make_folder(folder)
    spill = folder.with_name(f".{folder.name}.spill")
    return duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(spill)})


def _rows_of(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], str]:
    """The columns of a file, and the SQL that reads it."""
    rows = f"read_parquet({literal(path)}, hive_partitioning = false)"
    if path.name.removesuffix(COMPRESSED).endswith(".csv"):
        rows = f"read_csv({literal(path)}, delim = ';', header = true, all_varchar = true, nullstr = '')"
    return list(_kinds(connection, rows)), rows


def _kinds(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe from {rows}").fetchall()}
