"""The curve of a figure before and after: where a number has changed most, over all of its days."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.difference.cells import Compared, Side
from orchestration.landing.checking import literal, quoted
from orchestration.release.open_data import PERIOD_COLUMNS, last_day

#: Days of a curve, the last ones.
SHOWN = 400


def curve(connection: duckdb.DuckDBPyConnection, found: Compared, base: Side, head: Side) -> dict[str, Any] | None:
    """The figures of the place, sex, age … in which a number has changed most: `column`, `key`, and `points` by `day`
    (ISO) with `before` and `after`; None when no number has changed, or there are no days."""
    change = found.largest.get("absolute")
    if not change:
        return None
    period = next((name for name in PERIOD_COLUMNS if name in change["key"]), None)
    # The first day of a period goes with its last one.
    fixed = {name: value for name, value in change["key"].items() if name not in (period, "period_start")}
    if period is None:
        return None
    old = {new: name for name, new in found.renamed.items()}
    points: dict[str, dict[str, Any]] = {}
    for side, when, names in ((base, "before", old), (head, "after", {})):
        files = [str(Path(side.folder) / file) for file in sorted(side.files) if file.endswith(".parquet")]
        where = " and ".join(f"{quoted(names.get(n, n))}::varchar = {literal(v)}" for n, v in fixed.items()) or "true"
        day, figure = (quoted(names.get(name, name)) for name in (period, change["column"]))
        read = f"read_parquet([{', '.join(map(literal, files))}])"
        query = f"select {day}::varchar, {figure} from {read} where {where} order by 1 desc limit {SHOWN}"
        rows = connection.execute(query).fetchall()
        for label, value in rows:
            if day := last_day(label):
                points.setdefault(day.isoformat(), {"day": day.isoformat()})[when] = value
    if len(points) < 2:
        return None
    return {"column": change["column"], "key": fixed, "points": [points[day] for day in sorted(points)]}
