"""What the rows of any published file must be: each with a key of its own, and no number that is none."""

from collections.abc import Sequence

import duckdb

from orchestration.errors import VigieError
from orchestration.landing.checking import quoted


def refuse_duplicates(connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str]) -> None:
    """Raise VigieError when a key does not identify a row of `temp.file`, about to be written as the dataset `name`."""
    columns = ", ".join(quoted(column) for column in key)
    # A hash tells at a fraction of the cost that there is nothing to look for.
    if connection.execute(f"select count(*) = count(distinct hash({columns})) from temp.file").fetchall()[0][0]:
        return
    twice = f"select count(*) from (select 1 from temp.file group by {columns} having count(*) > 1)"
    [(keys,)] = connection.execute(twice).fetchall()
    if keys:
        raise VigieError(
            f"The dataset '{name}' holds several rows for {keys} of its keys ({', '.join(key)}). A key must identify a "
            "row: mend the model or its order_by."
        )


def refuse_not_finite(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[tuple[str, str]]) -> None:
    """Raise VigieError when `temp.file`, about to be written as the dataset `name`, holds NaN or infinity."""
    doubles = [column for column, kind in columns if kind in ("DOUBLE", "FLOAT")]
    if not doubles:
        return
    counts = ", ".join(f"count(*) filter (not isfinite({quoted(column)}))" for column in doubles)
    found = connection.execute(f"select {counts} from temp.file").fetchall()[0]
    wrong = [column for column, count in zip(doubles, found, strict=True) if count]
    if wrong:
        raise VigieError(
            f"The dataset '{name}' holds NaN or infinity in {', '.join(wrong)}. Guard the divisor with nullif()."
        )
