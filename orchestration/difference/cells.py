"""What differs between two published files, cell by cell, in DuckDB.

A cell is what one key names: a row of the file. Files with the same bytes are not read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.checking import literal, quoted
from orchestration.release.declarations import CONTRACT_KEY
from orchestration.release.disclosure import NUMERIC
from orchestration.release.files import COMPRESSED
from orchestration.release.series import month_of

#: Columns that say by which rules a figure is counted, and are none themselves.
OF_RULES = ("definition",)
#: The figure of an indicator.
FIGURE = "value"
#: What the public reads of how firm a figure is.
STATUS = "status"
#: Parts of a published sum may differ from it by as much as a double does.
ENOUGH = 1e-6


@dataclass
class Compared:
    """What differs between two files of a dataset.

    `added`, `removed` and `changed` are cells, `columns` how many of them changed by column. `largest` are the largest
    absolute and relative change of a number, each with `column`, `before`, `after`, `change` (in the unit of the
    column, or as a share of what was there) and `key`. `statuses` are pairs of statuses with
    the number of cells that went from one to the other, `schema` sentences, `renamed` columns by their old name. `csv`
    are sentences on what differs in the CSV alone.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    largest: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    schema: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    csv: list[str] = field(default_factory=list)

    @property
    def figures(self) -> int:
        """The cells of which a figure, a class or a status changed, or that are no longer there."""
        return self.removed + max((n for name, n in self.columns.items() if name not in OF_RULES), default=0)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self == Compared()

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"figures": self.figures}


@dataclass(frozen=True)
class Side:
    """A dataset as one tree wrote it: `folder` of its files, their facts by path, `columns` as pairs of name and type,
    and its `key`."""

    folder: Path
    files: Mapping[str, Mapping[str, Any]]
    columns: list[tuple[str, str]]
    key: tuple[str, ...]

    def differing(self, other: "Side") -> list[str]:
        """The Parquet files of which the other side has not the same bytes."""
        own = (file for file in sorted(self.files) if file.endswith(".parquet"))
        return [str(self.folder / file) for file in own if self.files[file] != other.files.get(file)]

    @property
    def csv(self) -> dict[str, Mapping[str, Any]]:
        """The facts of its CSV files, of which there is one, by path."""
        return {file: facts for file, facts in self.files.items() if file.removesuffix(COMPRESSED).endswith(".csv")}


def compare(connection: duckdb.DuckDBPyConnection, base: Side, head: Side) -> Compared:
    """What differs between the files of two sides: one full outer join on the key, of the files that differ.

    A side without files is held, and was never published: there is nothing to compare with.
    """
    found, types = Compared(), (dict(base.columns), dict(head.columns))
    if not base.files or not head.files:
        return found
    _load(connection, "before", base, head)
    _load(connection, "after", head, base)
    found.renamed = _renamed(connection, base, head)
    found.schema = _schema(base, head, found.renamed)
    key = [(name, found.renamed.get(name, name)) for name in base.key]
    if [new for _, new in key] != list(head.key):
        # Nothing says which cell is which.
        found.added, found.removed = _rows(connection, "after"), _rows(connection, "before")
        return found
    pairs = [(old, found.renamed.get(old, old)) for old in types[0] if old not in base.key]
    pairs = [(old, new) for old, new in pairs if new in types[1]]
    _join(connection, key, pairs)
    counts = [f"count(*) filter (is_changed and {_differs(old)})" for old, _ in pairs]
    row = connection.execute(
        "select count(*) filter (was is null), count(*) filter (is_now is null), count(*) filter (is_changed)"
        f"{''.join(', ' + count for count in counts)} from joined"
    ).fetchall()[0]
    found.added, found.removed, found.changed = row[:3]
    found.columns = {new: count for (_, new), count in zip(pairs, row[3:], strict=True) if count}
    numbers = [(old, new) for old, new in pairs if found.columns.get(new) and NUMERIC.fullmatch(types[0][old])]
    numbers = [(old, new) for old, new in numbers if NUMERIC.fullmatch(types[1][new])]
    # Of an indicator the figure is its value: bounds and parts follow.
    found.largest = _largest(connection, key, [pair for pair in numbers if pair[1] == FIGURE] or numbers)
    if found.columns.get(STATUS):
        found.statuses = _statuses(connection)
    return found


def compare_csv(base: Side, head: Side, found: Compared) -> None:
    """Add to what was found in the Parquet what differs in the CSV besides: a file of another name, rows that the
    cells do not explain, other bytes of the same cells. By what is known of the files: none is read."""
    before, after = base.csv, head.csv
    found.schema += [f"the file `{file}` goes" for file in sorted(before.keys() - after.keys()) if head.files]
    found.schema += [f"the file `{file}` is new" for file in sorted(after.keys() - before.keys()) if base.files]
    for file in sorted(before.keys() & after.keys()):
        was, now = before[file], after[file]
        if not -found.removed <= now["rows"] - was["rows"] <= found.added:
            found.csv.append(f"the CSV has {now['rows']:,} rows, it had {was['rows']:,}")
        elif was["sha256"] != now["sha256"] and found.same:
            found.csv.append("the CSV has other bytes, with the same cells in the Parquet")


def _load(connection, table: str, side: Side, other: Side) -> None:
    files = side.differing(other)
    rows = f"read_parquet([{', '.join(map(literal, files))}])"
    if not files:
        columns = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in side.columns)
        rows = f"(select {columns or 'null as nothing'} where false)"
    connection.execute(f"create or replace temp table {table} as from {rows}")


def _rows(connection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchall()[0][0]


def _renamed(connection, base: Side, head: Side) -> dict[str, str]:
    """The columns that have another name and the same content: those of the key by their place in it, the others by
    their values in order."""
    before, after = dict(base.columns), dict(head.columns)
    gone, come = [n for n in before if n not in after], [n for n in after if n not in before]
    if not gone or not come or not _rows(connection, "before") or not _rows(connection, "after"):
        return {}
    content = "select count(*), sum(hash({0})), count(distinct {0}) from {1}"
    found: dict[str, str] = {}
    for old in gone:
        same = connection.execute(content.format(quoted(old), "before")).fetchall()
        for new in come:
            in_place = old not in base.key or (base.key.index(old) < len(head.key) and _stands(base, head, old, new))
            if new in found.values() or before[old] != after[new] or not in_place:
                continue
            if connection.execute(content.format(quoted(new), "after")).fetchall() == same:
                found[old] = new
                break
    return found


def _stands(base: Side, head: Side, old: str, new: str) -> bool:
    return head.key[base.key.index(old)] == new


def _schema(base: Side, head: Side, renamed: Mapping[str, str]) -> list[str]:
    before, after = dict(base.columns), dict(head.columns)
    said = [f"column `{old}` is called `{new}`" for old, new in renamed.items()]
    said += [f"column `{name}` goes" for name in before if name not in after and name not in renamed]
    said += [f"column `{name}` is new" for name in after if name not in before and name not in renamed.values()]
    said += [
        f"column `{name}` is {after[name]}, it was {kind}"
        for name, kind in before.items()
        if name in after and after[name] != kind
    ]
    if tuple(renamed.get(name, name) for name in base.key) != head.key:
        said.append(f"the key is {', '.join(head.key)}, it was {', '.join(base.key)}")
    kept = [renamed.get(name, name) for name in before if renamed.get(name, name) in after]
    if kept != [name for name in after if name in kept]:
        said.append("the columns stand in another order")
    return said


def _differs(old: str) -> str:
    return f"{quoted('before_' + old)} is distinct from {quoted('after_' + old)}"


def _join(connection, key: list[tuple[str, str]], pairs: list[tuple[str, str]]) -> None:
    """The table `joined`: a row per cell of either side, with its key, `was` and `is_now` (NULL where it is not), each
    column of both sides, and whether it has changed."""
    on = " and ".join(f"b.{quoted(old)} is not distinct from a.{quoted(new)}" for old, new in key)
    keys = [f"coalesce(b.{quoted(old)}, a.{quoted(new)}) as {quoted('key_' + new)}" for old, new in key]
    columns = [
        f"b.{quoted(old)} as {quoted('before_' + old)}, a.{quoted(new)} as {quoted('after_' + old)}"
        for old, new in pairs
    ]
    some = " or ".join(_differs(old) for old, _ in pairs) or "false"
    connection.execute(
        f"""
        create or replace temp table joined as
        select *, was and is_now and ({some}) as is_changed
        from (
            select {", ".join(["b.here as was", "a.here as is_now", *keys, *columns])}
            from (select *, true as here from before) as b
            full outer join (select *, true as here from after) as a on {on}
        )
        """
    )


def _largest(connection, key: list[tuple[str, str]], numbers: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """The largest absolute and relative change of a number that stands on both sides; of equal ones the first key."""
    keys = ", ".join(quoted("key_" + new) for _, new in key)
    found: dict[str, dict[str, Any]] = {}
    for kind in ("absolute", "relative"):
        for old, new in numbers:
            before, after = (f"{quoted(side + '_' + old)}::double" for side in ("before", "after"))
            change = f"({after} - {before})" + ("" if kind == "absolute" else f" / abs({before})")
            where = f"{before} <> {after}" + ("" if kind == "absolute" else f" and {before} <> 0")
            rows = connection.execute(
                f"select {before}, {after}, {change} as change, {keys} from joined where {where} "
                f"order by abs(change) desc, {keys} limit 1"
            ).fetchall()
            if rows and (kind not in found or abs(rows[0][2]) > abs(found[kind]["change"])):
                values = [str(value) for value in rows[0][3:]]
                named = dict(zip((name for _, name in key), values, strict=True))
                figures = dict(zip(("before", "after", "change"), rows[0][:3], strict=True))
                found[kind] = {"column": new, **figures, "key": named}
    return found


def _statuses(connection) -> list[dict[str, Any]]:
    before, after = quoted(f"before_{STATUS}"), quoted(f"after_{STATUS}")
    rows = connection.execute(
        f"select {before}, {after}, count(*) from joined where is_changed and {before} is distinct from {after} "
        "group by all order by all"
    ).fetchall()
    return [dict(zip(("before", "after", "cells"), row, strict=True)) for row in rows]


#: The axes along which a published total may be the sum of published classes: the condition of the total, that of the
#: classes, and the columns that make one of the other.
AXES = {
    "sexes": ("sex = 'all'", "sex <> 'all'", ("sex",), ""),
    "classes of age": ("age_scheme = 'all'", "age_scheme <> 'all'", ("age_scheme", "age_class"), "age_scheme"),
    "strata": ("stratum_scheme = 'all'", "stratum_scheme <> 'all'", ("stratum_scheme", "stratum"), "stratum_scheme"),
    "régions": ("geo_level = 'FRA'", "geo_level = 'REG'", ("geo_level", "geo_code"), ""),
    "départements": ("geo_level = 'FRA'", "geo_level = 'DEP'", ("geo_level", "geo_code"), ""),
}


def lost_sums(
    connection: duckdb.DuckDBPyConnection, base: Iterable[Side], head: Iterable[Side]
) -> list[dict[str, Any]]:
    """The axes along which the classes made the total in every cell of the base, and no longer do.

    `base` and `head` are all slices of one indicator. Gives `axis`, `cells` that no longer agree,
    `of` how many, and the `key` of the first, with its `total` and `sum`. What is no sum in the base (a rate) is none
    that could be lost.
    """
    sides, found = {"before": list(base), "after": list(head)}, []
    months = _months_that_differ(sides["before"], sides["after"])
    for table, parts in sides.items():
        files = [str(side.folder / file) for side in parts for file in _series(side) if month_of(file) in months]
        if not files:
            return []
        rows = f"read_parquet([{', '.join(map(literal, files))}])"
        # A cell may stand in several slices.
        keys = ", ".join(CONTRACT_KEY)
        connection.execute(f"create or replace temp table {table} as select distinct {keys}, value from {rows}")
    for axis, (whole, parts, columns, scheme) in AXES.items():
        key = [name for name in CONTRACT_KEY if name not in columns]
        sums = _sums(whole, parts, key, scheme)
        [(cells, wrong)] = connection.execute(f"select count(*), count(*) filter (is_lost) from ({sums})").fetchall()
        if not cells or wrong:
            continue
        after = sums.replace("from before", "from after")
        [(cells, wrong)] = connection.execute(f"select count(*), count(*) filter (is_lost) from ({after})").fetchall()
        if wrong:
            first = connection.execute(f"from ({after}) where is_lost order by all limit 1").fetchall()[0]
            told = {name: str(value) for name, value in zip(key, first, strict=False)}
            total, parts_sum = first[len(key) : len(key) + 2]
            found.append({"axis": axis, "cells": wrong, "of": cells, "key": told, "total": total, "sum": parts_sum})
    return found


def _series(side: Side) -> list[str]:
    return sorted(file for file in side.files if file.endswith(".parquet"))


def _months_that_differ(base: list[Side], head: list[Side]) -> set[str]:
    """The months of which some slice differs: the total may stand in one slice and its classes in another."""
    before, after = ({file: side.files[file] for side in sides for file in _series(side)} for sides in (base, head))
    return {month_of(file) for file in before.keys() | after.keys() if before.get(file) != after.get(file)}


def _sums(whole: str, parts: str, key: list[str], scheme: str) -> str:
    """The totals beside the sums of their classes; a cell without a figure makes no sum."""
    keys, group = ", ".join(key), ", ".join([*key, *([scheme] if scheme else [])])
    return f"""
        select {keys}, whole.value as total, parts.value as parts_sum,
            abs(whole.value - parts.value) > {ENOUGH} * greatest(1, abs(whole.value)) as is_lost
        from (select {keys}, value from before where {whole} and value is not null) as whole
        inner join (
            select {keys}, sum(value) as value from before where {parts} group by {group}
            having count(*) = count(value)
        ) as parts using ({keys})
    """
