"""The deep check: what stands in the warehouse against what was noted of it when it was made.

A stamp says from what a node was built, and nothing of what was done to it since. So its content is noted: of a table
the number of rows and a hash that does not depend on their order, of a view the words of its SQL, of sealed files their
bytes.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.gate.gate import Gate
from orchestration.home import Home
from orchestration.storage import fingerprint

#: Before the mark of what the upkeep may be changing.
UPKEEP = "upkeep "


@dataclass(frozen=True)
class Noted:
    """What was noted of a node or of a sealed file: when it was made (`mark`), its rows or bytes, and its hash."""

    mark: str
    rows: int | None
    content: str


def note_contents(home: Home, gate: Gate) -> None:
    """Note the content of what was made since it was last noted, and of what the upkeep was let to change.

    What was altered by hand bears the mark of before and is not noted again: the deep check is to find it.
    """
    sealed = sealed_files(home)
    with duckdb.connect(str(home.database)) as con:
        known, marks = _read(con), _marks(con, gate)
        views = _views(con)
        rows = [
            (name, mark, *_content(con, gate, i, views))
            for name, (i, mark) in marks.items()
            if name not in known or known[name].mark != mark
        ]
        for name, (path, mark) in sealed.items():
            found = known.get(name)
            if found is not None and found.mark == UPKEEP + mark:
                rows.append((name, mark, found.rows, found.content))
            elif found is None or found.mark != mark:
                rows.append((name, mark, *_bytes(path)))
        gone = known.keys() - sealed.keys() - {gate.graph.nodes[i].name for i in gate.graph.built}
        con.execute("begin")
        for name in {*gone, *(row[0] for row in rows)}:
            con.execute("delete from gate.contents where name = ?", [name])
        if rows:
            con.executemany("insert into gate.contents values (?, ?, ?, ?)", rows)
        con.execute("commit")


def before_upkeep(home: Home, gate: Gate) -> None:
    """Let the upkeep change what is as it was noted: that is noted again when it has ended, and nothing else.

    When it is killed, what it was let to change is not taken for altered by hand.
    """
    # What one that was killed has left.
    note_contents(home, gate)
    with duckdb.connect(str(home.database)) as con:
        known, views = _read(con), _views(con)
        same = [
            name
            for name, (i, mark) in _marks(con, gate).items()
            if known.get(name) == Noted(mark, *_content(con, gate, i, views))
        ]
        same += [name for name, (_, mark) in sealed_files(home).items() if name in known and known[name].mark == mark]
        let = f"update gate.contents set fingerprint = '{UPKEEP}' || fingerprint"
        con.execute(f"{let} where name in (select unnest(?::varchar[]))", [same])


def differing(home: Home, gate: Gate) -> list[str]:
    """What is no more what was noted of it, in words; also what was never noted. Of what an upkeep that was killed may
    have changed nothing is said."""
    with duckdb.connect(str(home.database), read_only=True) as con:
        noted, marks, views = _read(con), _marks(con, gate), _views(con)
        wrong = []
        for i in gate.graph.built:
            name = gate.graph.nodes[i].name
            found = noted.get(name)
            if name not in marks or found is None:
                what = "is not at its present state" if name not in marks else "was not noted when it was made"
                wrong.append(f"{name} {what}: run vigie build.")
                continue
            mark = marks[name][1]
            if found.mark == UPKEEP + mark:
                continue
            now = Noted(mark, *_content(con, gate, i, views))
            if now != found:
                counts = "" if now.rows is None else f": {now.rows:,} rows, {found.rows or 0:,} noted"
                wrong.append(f"{name} is not what the last build left{counts}.")
    sealed, cut = sealed_files(home), any(each.mark.startswith(UPKEEP) for each in noted.values())
    for name, found in noted.items():
        if name.endswith(".parquet") and not found.mark.startswith(UPKEEP):
            now = _bytes(sealed[name][0]) if name in sealed else None
            if now != (found.rows, found.content):
                wrong.append(f"{name} is {'not what was sealed' if now else 'gone'}.")
    new = () if cut else sorted(sealed.keys() - noted.keys())
    return wrong + [f"{name} was not sealed by a run." for name in new]


def differing_published(home: Home) -> list[str]:
    """The files of the last release that are not what was noted when they were written, in words."""
    latest = home.releases / "latest"
    try:
        noted = json.loads((latest / "release.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return ["The last release cannot be read."] if latest.exists() else []
    wrong = []
    for name, facts in noted.items():
        path = latest / name
        if not path.is_file():
            wrong.append(f"{name} of the last release is gone.")
        elif path.stat().st_size != facts["bytes"] or fingerprint(path) != facts["sha256"]:
            wrong.append(f"{name} of the last release is not what was published.")
    return wrong


def sealed_files(home: Home) -> dict[str, tuple[Path, str]]:
    """The sealed files by name, each with a mark that changes when it is written again."""
    found = {}
    for path in sorted(home.warehouse.glob("sealed__*.parquet")):
        state = path.stat()
        found[path.name] = (path, f"{state.st_size} {state.st_mtime_ns}")
    return found


def _bytes(path: Path) -> tuple[int, str]:
    return path.stat().st_size, fingerprint(path)


def _read(con: duckdb.DuckDBPyConnection) -> dict[str, Noted]:
    rows = con.execute("select name, fingerprint, rows, content from gate.contents").fetchall()
    return {name: Noted(*rest) for name, *rest in rows}


def _marks(con: duckdb.DuckDBPyConnection, gate: Gate) -> dict[str, tuple[str, str]]:
    """By name of what is at its present state, its unique id and a mark that changes when it is made again."""
    made = dict(con.execute("select node, epoch_us(built_at) from gate.built").fetchall())
    return {
        gate.graph.nodes[i].name: (i, f"{gate.data(i)} {made.get(i)}") for i in gate.graph.built if i not in gate.stale
    }


def _views(con: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """A hash of each view, by its words in any order: that of what is excluded or replaced is DuckDB's, and changes."""
    query = "select schema_name || '.' || view_name, sql from duckdb_views() where not internal"
    return {
        name: hashlib.sha256(" ".join(sorted(re.findall(r"\w+|[^\w\s]", sql))).encode()).hexdigest()
        for name, sql in con.execute(query).fetchall()
    }


def _content(con: duckdb.DuckDBPyConnection, gate: Gate, node: str, views: Mapping[str, str]) -> tuple[int | None, str]:
    """The number of rows of a table and a hash of them whatever their order; of a view that of its SQL."""
    relation = gate.graph.nodes[node].relation
    if relation in views:
        return None, views[relation]
    [(rows, found)] = con.execute(f"select count(*), sum(hash(kept))::varchar from {relation} as kept").fetchall()
    return rows, found or ""
