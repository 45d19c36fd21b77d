"""Hot and cold: older months of what accumulates leave the warehouse for sealed Parquet files, one per month.

A model of signed differences grows with every batch of deliveries. Once a month is older than the hot days of the model
and released, its differences are summed into one sorted file beside the warehouse, and the rows go. A difference that
reaches a sealed month later stays in the warehouse until such rows make up a twentieth of the file: then the file is
written again. Whoever reads the model through `accumulated()` sees the same sums before, after and in between: a file
says up to which batch it holds, and only later batches count beside it.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.release.archive import released_deliveries
from orchestration.storage import publish

#: A sealed file is written again when the rows that came since are more than one in so many of its own.
REWRITE_ABOVE = 20


@dataclass(frozen=True)
class Sealed:
    """A model that declares `meta.sealed`: its relation, that of its theme's batches, its keys, its measures with the
    type of their sums, the column of the day, its hot days."""

    name: str
    relation: str
    batches: str
    keys: tuple[str, ...]
    measures: Mapping[str, str]
    day: str
    hot_days: int
    cells: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Iterator["Sealed"]:
        """The models of a manifest that are sealed."""
        relations = {node["name"]: node["relation_name"] for node in manifest["nodes"].values()}
        for node in manifest["nodes"].values():
            declared = (node["config"].get("meta") or {}).get("sealed")
            if declared:
                settings = {**declared, "keys": tuple(declared["keys"]), "batches": relations[declared["batches"]]}
                yield cls(node["name"], node["relation_name"], **settings)

    def path(self, folder: Path, month: object) -> Path:
        """The file of a month."""
        return folder / f"sealed__{self.name}__{month}.parquet"


def seal(home: Home, manifest: Mapping[str, Any], changing: Callable[[], None] = lambda: None) -> int:
    """Seal what has been released and is no longer hot; gives the number of months of which the file was written.
    `changing` is called before anything is.

    To be called when nobody else has the warehouse open, and all that accumulates is complete: a model that has not
    taken a batch in would not find it any more.
    """
    released = released_deliveries(home)
    months = 0
    if not home.database.is_file() or released is None:
        return months
    with duckdb.connect(str(home.database)) as con:
        for model in Sealed.of(manifest):
            # The next release explains every batch that the last one does not know.
            con.execute("create or replace temp table released as select unnest(?::ubigint[]) as delivery", [released])
            [(until,)] = con.execute(
                "select coalesce(min(batch) filter (delivery not in (from released)) - 1, max(batch), 0) "
                f"from {model.batches}"
            ).fetchall()
            months += len(seal_months(con, model, home.warehouse, until, changing))
        con.execute("checkpoint")
    return months


def seal_months(
    con: duckdb.DuckDBPyConnection,
    model: Sealed,
    folder: Path,
    until: int,
    changing: Callable[[], None] = lambda: None,
) -> list[dt.date]:
    """Seal the months of a model up to a batch; gives those of which the file was written.

    Safe to kill: the file of a month is replaced whole, and rows that it already holds are not counted beside it.
    """
    [(generation,)] = con.execute(f"select max(generation) from {model.batches}").fetchall()
    if generation is None:
        # A feed that has not delivered yet.
        return []
    month = f"date_trunc('month', {model.day})::date"
    files = f"read_parquet('{model.path(folder, '*')}', union_by_name = true)"
    con.execute(f"create or replace temp table due as {_due(model, files, month, generation, until)}")
    months = con.execute("select month, batch from due order by month").fetchall()
    if months:
        changing()
    sums = ", ".join(f"sum({name})::{kind} as {name}" for name, kind in model.measures.items())
    some = " or ".join(f"sum({name}) <> 0" for name in model.measures)
    columns = ", ".join((*model.keys, *model.measures))
    for first, sealed_until in months:
        written = folder / f"sealing__{model.name}.parquet"
        con.execute(
            f"""
            copy (
                select {", ".join(model.keys)}, {sums}, date '{first}' as month, {until} as batch,
                    {generation}::bigint as generation
                from (
                    select {columns} from {files} where generation = {generation} and month = date '{first}'
                    union all
                    select {columns} from {model.relation}
                    where {month} = date '{first}' and {model.cells} and batch > {sealed_until} and batch <= {until}
                )
                group by {", ".join(model.keys)}
                having {some}
                order by {", ".join(model.keys)}
            ) to '{written}' (format parquet, compression zstd)
            """
        )
        publish(written, model.path(folder, first))
        con.execute(
            f"delete from {model.relation} where {month} = date '{first}' and {model.cells} and batch <= {until}"
        )
    return [first for first, _ in months]


def _due(model: Sealed, files: str, month: str, generation: int, until: int) -> str:
    """The months to seal, each with the batch up to which its file already holds it."""
    return f"""
        with sealed as (
            select month, max(batch) as batch, count(*) as held from {files}
            where generation = {generation} group by month
        ),
        came as (
            select {month} as month, batch, count(*) as came from {model.relation}
            where {model.cells} and batch <= {until} group by all
        )
        select month, coalesce(any_value(sealed.batch), 0) as batch
        from came left join sealed using (month)
        where came.batch > coalesce(sealed.batch, 0)
        group by month
        having sum(came) * {REWRITE_ABOVE} > coalesce(any_value(held), 0)
            and last_day(month) < (select max({model.day}) from {model.relation} where {model.cells}) - {model.hot_days}
    """
