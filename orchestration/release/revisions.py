"""What changed in the figures since the release before, cell by cell, and why.

A release keeps two small Parquet files: `history/cells.parquet`, the figures that it stands on, and
`history/revisions.parquet`, the cells that differ from those of the release before with the old value, the new value
and the parts of the difference. The old value is read from the release before, not computed back, so that the parts
prove something: whatever the deliveries received in between do not explain is the part `definition` (a change of the
rules, or a rebuild) or `population`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.declarations import Declarations
from orchestration.release.open_data import relation

PARTS = ("new_rows", "late_rows", "correction", "deletion", "erasure", "population", "definition")
MODELS = ("counted_cells", "counted_changes", "int_landing__batches")
SQL = (Path(__file__).parent / "revisions.sql").read_text()


def write_revisions(
    connection: duckdb.DuckDBPyConnection, declarations: Declarations, staging: Path, previous: Path | None
) -> dict[str, Any] | None:
    """Write both files under `staging/history/`; gives the totals by measure, None before there is a first release.

    `previous` is the folder of the release before. Raises nothing of its own: a release before that kept no history is
    as none.
    """
    nodes = [declarations.model(name) for name in MODELS]
    if not all(nodes):
        return None
    cells, changes, batches = (relation(declarations, node["unique_id"]) for node in nodes)
    folder = staging / "history"
    folder.mkdir()
    copy = "(format parquet, compression zstd)"
    connection.execute(f"copy (from {cells} order by all) to '{folder / 'cells.parquet'}' {copy}")
    before = previous / "history" / "cells.parquet" if previous else None
    if not (before and before.is_file()):
        return None
    used = [d["sha256"] for d in json.loads((previous / "release.json").read_text())["deliveries"]]
    # The key of a delivery is that of its SHA-256; see the ledger.
    released = "create or replace temp table released as select md5_number_lower(unnest(?)) as delivery"
    connection.execute(released, [used])
    query = SQL.format(cells=cells, changes=changes, batches=batches, before=before)
    target = folder / "revisions.parquet"
    connection.execute(f"copy ({query}) to '{target}' {copy}")
    return totals(connection, target)


def totals(connection: duckdb.DuckDBPyConnection, revisions: Path) -> dict[str, Mapping[str, float]]:
    """By measure: cells changed, sums of the old and the new values and of each part."""
    parts = ", ".join(f"sum({part}) as {part}" for part in PARTS)
    found = connection.execute(
        f"select measure, count(*) as cells, sum(old) as old, sum(new) as new, {parts} from '{revisions}' "
        "group by measure order by measure"
    )
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in found.fetchall()}
