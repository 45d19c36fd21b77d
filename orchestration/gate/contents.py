"""The deep check: what accumulates against what was noted of it when it was last at its present state.

A stamp says from what a table was built, and nothing of what was done to it since. So its content is noted: the number
of rows and a hash that does not depend on their order, and of sealed files their bytes.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.gate.gate import Gate
from orchestration.home import Home
from orchestration.storage import fingerprint


def note_contents(home: Home, gate: Gate, upkept: bool = False) -> None:
    """Note the content of what accumulates where that is not noted at its present fingerprint yet.

    To be called when all is complete, before the upkeep and, as `upkept`, after one that changed something: then
    everything is noted again. A table altered meanwhile is not noted again: the deep check is to find it.
    """
    sealed = sealed_files(home)
    with duckdb.connect(str(home.database)) as con:
        known = dict(con.execute("select name, fingerprint from gate.contents").fetchall())
        rows = [
            (name, gate.data(i), *content(con, gate.graph.nodes[i].relation))
            for name, i in _accumulating(gate)
            if upkept or known.get(name) != gate.data(i)
        ]
        rows += [(name, mark, *_bytes(path)) for name, (path, mark) in sealed.items() if known.get(name) != mark]
        gone = known.keys() - sealed.keys() - {name for name, _ in _accumulating(gate)}
        if not rows and not gone:
            return
        con.execute("begin")
        con.executemany("delete from gate.contents where name = ?", [[name] for name in {*gone, *(r[0] for r in rows)}])
        if rows:
            con.executemany("insert into gate.contents values (?, ?, ?, ?)", rows)
        con.execute("commit")


def differing(home: Home, gate: Gate) -> list[str]:
    """What accumulates and is no more what was noted of it, in words; also what was never noted."""
    with duckdb.connect(str(home.database), read_only=True) as con:
        noted: Mapping[str, tuple] = {
            name: (at, rows, found)
            for name, at, rows, found in con.execute(
                "select name, fingerprint, rows, content from gate.contents"
            ).fetchall()
        }
        wrong = []
        for name, i in _accumulating(gate):
            if i in gate.stale or name not in noted:
                wrong.append(f"{name} is not at its present state: run vigie build.")
                continue
            at, *what = noted[name]
            now = content(con, gate.graph.nodes[i].relation)
            if at != gate.data(i) or now != tuple(what):
                wrong.append(f"{name} is not what the last build left: {now[0]:,} rows, {what[0]:,} noted.")
    sealed = sealed_files(home)
    for name, (_, rows, found) in noted.items():
        if name.endswith(".parquet"):
            now = _bytes(sealed[name][0]) if name in sealed else None
            if now != (rows, found):
                wrong.append(f"{name} is {'not what was sealed' if now else 'gone'}.")
    return wrong + [f"{name} was not sealed by a run." for name in sorted(sealed.keys() - noted.keys())]


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


def content(con: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, str]:
    """The number of rows of a relation, and a hash of them whatever their order."""
    [(rows, found)] = con.execute(f"select count(*), sum(hash(kept))::varchar from {relation} as kept").fetchall()
    return rows, found or ""


def sealed_files(home: Home) -> dict[str, tuple[Path, str]]:
    """The sealed files by name, each with a mark that changes when it is written again."""
    found = {}
    for path in sorted(home.warehouse.glob("sealed__*.parquet")):
        state = path.stat()
        found[path.name] = (path, f"{state.st_size} {state.st_mtime_ns}")
    return found


def _bytes(path: Path) -> tuple[int, str]:
    return path.stat().st_size, fingerprint(path)


def _accumulating(gate: Gate) -> list[tuple[str, str]]:
    return [(gate.graph.nodes[i].name, i) for i in gate.graph.built if gate.graph.nodes[i].kind == "incremental"]
