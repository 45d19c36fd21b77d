"""Run one of the SQL files over a lake: `python -m tests.bench.in_duckdb FILE LAKE DATABASE THREADS MEMORY`."""

import sys
from pathlib import Path

import duckdb

from orchestration.home import PROJECT


def main() -> None:
    """Run every statement of FILE on a database file made anew."""
    file, lake, database, threads, memory = sys.argv[1:]
    folder = Path(database).parent
    folder.mkdir(parents=True, exist_ok=True)
    for left in (Path(database), Path(f"{database}.wal")):
        left.unlink(missing_ok=True)
    config = {"threads": int(threads), "memory_limit": memory, "temp_directory": str(folder / "spill")}
    with duckdb.connect(database, config=config) as con:
        con.execute("set preserve_insertion_order = false")
        con.execute("set variable lake = ?", [lake])
        con.execute("set variable seeds = ?", [str(PROJECT / "seeds" / "referential")])
        con.execute(Path(file).read_text())


if __name__ == "__main__":
    main()
