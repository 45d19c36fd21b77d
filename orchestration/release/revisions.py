"""What changed in the published figures since they were last published, cell by cell, and why.

The model `counted_changes` declares which figures are explained (`meta.explains`: the column of a dataset, by day and
département) and says what each batch of deliveries changed in them. The old value is read from the file published
before, the new one from the file published now, so that the parts prove something: whatever the deliveries received in
between do not explain is the part `definition` (a change of the rules, or a rebuild) or `population`. A dataset that is
held says nothing; when it goes out again, all that came since is explained.

In public an erasure is a correction. The home keeps it apart.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.declarations import Declarations
from orchestration.release.files import FOLDER, copy_table
from orchestration.release.open_data import Dataset

NAME = "revisions"
KEY = ("dataset", "figure", "day", "place")
COLUMNS = {
    "dataset": "Name of the dataset of which a figure has changed.",
    "figure": "Column of the figure.",
    "day": "Day of the figure.",
    "place": "Département of the figure.",
    "old": "Figure as it was published before.",
    "new": "Figure as it is published now; empty when it is published no more.",
    "late_rows": "Part of the difference: rows that came late.",
    "correction": "Part of the difference: corrections of rows.",
    "deletion": "Part of the difference: rows withdrawn.",
    "population": "Part of the difference: another population.",
    "definition": "Part of the difference: the rules, or a new calculation.",
}
SUMMED = ("old", "new", "late_rows", "correction", "deletion", "other", "population", "definition")
SQL = (Path(__file__).parent / "revisions.sql").read_text()


def explained(declarations: Declarations) -> dict[str, Mapping[str, str]]:
    """By measure of `counted_changes`, where it is published; empty when the project explains nothing."""
    node = declarations.model("counted_changes")
    return ((node or {}).get("config") or {}).get("meta", {}).get("explains", {}) if node else {}


def write_revisions(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    found: list[Dataset],
    staging: Path,
    previous: Path | None,
    known: Mapping[str, list[int]],
) -> tuple[dict[str, dict], dict[str, Any]]:
    """Write `revisions.csv` and `.parquet` under the open data; gives the facts of the files and, for the home, the
    totals by measure with every reason apart.

    `known` are the keys of the deliveries that each explained dataset stood on when it was last published. Where
    nothing was published before, the files have no rows; a project that explains nothing has no files.
    """
    if not explained(declarations):
        return {}, {}
    connection.execute(
        """
        create or replace temp table published (
            dataset varchar, measure varchar, figure varchar, day date, place varchar, old double, new double
        );
        create or replace temp table explaining (dataset varchar, feed varchar, batch bigint)
        """
    )
    datasets = {dataset.name: dataset for dataset in found}
    for measure, where in explained(declarations).items():
        dataset = datasets.get(where["dataset"])
        if dataset and dataset.files and previous and dataset.name in known and not dataset.held:
            _compare(connection, declarations, measure, where, staging, previous, known[dataset.name])
    parts = _parts(connection, declarations)
    connection.execute(f"create or replace temp table revisions as {SQL.format(parts=parts)}")
    connection.execute(
        f"create or replace temp table told as select {', '.join(KEY)}, old, new, late_rows, "
        "correction + other as correction, deletion, population, definition from revisions order by all"
    )
    columns = [(row[0], row[1]) for row in connection.execute("describe told").fetchall()]
    return copy_table(connection, "told", columns, staging / FOLDER, NAME), _totals(connection)


def _compare(
    connection, declarations, measure: str, where: Mapping, staging: Path, previous: Path, known: list
) -> None:
    """The cells of a measure that differ between the file published before and the one published now."""
    name = where["dataset"]
    old, new = _differing(name, previous, staging)
    if not old:
        return
    cells = (
        f'select {where["day"]} as day, {where["place"]} as place, "{where["figure"]}"::double as figure '
        f"from read_parquet(?) where {where['rows']}"
    )
    now = cells if new else f"select * from ({cells}) where false"
    connection.execute(
        f"insert into published select ?, ?, ?, day, place, o.figure, n.figure from ({cells}) o "
        f"left join ({now}) n using (day, place) where o.figure is distinct from n.figure",
        [name, measure, where["figure"], old, new or old],
    )
    batches = declarations.model("counted_batches")
    if batches:
        # A batch explains a part only when none of its deliveries was known: after a rebuild all deliveries are one
        # batch, and the difference is then a matter of definition.
        connection.execute(
            f"insert into explaining select ?, feed, batch from {declarations.relation(batches['unique_id'])} "
            "where feed = ? group by feed, batch having bool_and(delivery not in (select unnest(?::ubigint[])))",
            [name, where["feed"], known],
        )


def _differing(name: str, previous: Path, staging: Path) -> tuple[list[str], list[str]]:
    """The Parquet files of a dataset as it was published and as it is, without those that are one and the same."""
    old, new = (
        {path.relative_to(folder): path for pattern in (f"{name}.parquet", f"{name}/*.parquet")
         for path in sorted((folder / FOLDER).glob(pattern))}
        for folder in (previous, staging)
    )  # fmt: skip
    same = {file for file in old.keys() & new.keys() if old[file].samefile(new[file])}
    return tuple([str(path) for file, path in side.items() if file not in same] for side in (old, new))


def _parts(connection, declarations: Declarations) -> str:
    """The differences by batch and reason; none when the warehouse has not counted them."""
    node = declarations.model("counted_changes")
    if node and connection.execute("select count(*) > 0 from explaining").fetchall()[0][0]:
        return f"select * from {declarations.relation(node['unique_id'])}"
    return (
        "select null::varchar as feed, null::bigint as batch, null::varchar as reason, null::varchar as measure, "
        "null::date as day, null::varchar as place, null::double as difference where false"
    )


def _totals(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """By measure: cells changed, sums of the old and the new values and of each part, the reasons apart."""
    cursor = connection.execute(
        f"select measure, count(*) as cells, {', '.join(f'sum({part}) as {part}' for part in SUMMED)} "
        "from revisions group by measure order by measure"
    )
    names = [column[0] for column in cursor.description]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()}
