"""What each month of an indicator rests on, as a short mark: a month of which the mark is that of the release before
is not computed again.

An indicator is a view. Its figures follow from its SQL and from the tables that it reads, so a mark is made of these:
of a cube the highest batch among the rows of the month and their number (a cell that changes bears the batch that
changed it), of the differences the highest batch that came or was sealed, of a calendar what makes a figure final, of
any other table its content. A table that reaches beyond its own days is known by its columns: what has a `day` is
summed over windows of seven. What is not known by its columns, and what an indicator reads of the lake itself, is part
of what every month rests on, so that at worst too much is written.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from orchestration.landing.checking import literal
from orchestration.release.declarations import Declarations

TABLES = ("table", "incremental")
CALENDAR = {"first_day", "last_day", "received_until"}
# A window is of seven days: the last one that holds a day ends so many days later.
REACH = 6


@dataclass(frozen=True)
class Marks:
    """What the months of an indicator rest on: `whole` all of them, `months` each one (YYYY-MM) besides.

    Without `months` nothing is known of single ones: then all are written when `whole` has changed.
    """

    whole: str
    months: Mapping[str, str] = field(default_factory=dict)

    def cumulative(self) -> "Marks":
        """The marks of sums to date: a month rests on all before it."""
        running, marks = "", {}
        for month, mark in sorted(self.months.items()):
            running = marks[month] = _hash(running, month, mark)
        return Marks(self.whole, marks)

    def reaching(self, before: int, after: int) -> "Marks":
        """The marks of figures that rest on so many days before those of a month, and after them."""
        if not before and not after:
            return self
        marks = {}
        for month in self.months:
            start = dt.date.fromisoformat(f"{month}-01")
            first, last = start - dt.timedelta(days=before), _end(start) + dt.timedelta(days=after)
            within = {m: mark for m, mark in self.months.items() if f"{first:%Y-%m}" <= m <= f"{last:%Y-%m}"}
            marks[month] = _hash(within)
        return Marks(self.whole, marks)


@dataclass(frozen=True)
class Table:
    """What is known of a table that indicators read: its content as a whole, or by month, or its calendar."""

    whole: object = None
    months: Mapping[str, object] = field(default_factory=dict)
    calendar: tuple[dt.date | None, ...] | None = None
    provisional_days: int = 0

    def of(self, month: str) -> object:
        """What it says of a month."""
        return _of_calendar(self.calendar, self.provisional_days, month) if self.calendar else self.months.get(month)


class MonthMarks:
    """The marks of indicators, each table that they share read once. `version` is what else the bytes of every file
    depend on."""

    def __init__(self, declarations: Declarations, version: object) -> None:
        self._declarations, self._version = declarations, version
        self._known: dict[tuple, object] = {}
        self._lock = Lock()

    def of(self, connection: duckdb.DuckDBPyConnection, output: str, rules: str, data: str) -> Marks:
        """What the months of an indicator rest on; `rules` and `data` are the fingerprints of its model."""
        read = sorted(_tables_of(self._declarations, output))
        tables = [self._once(_read, connection, i) for i in read]
        told = [table for table in tables if table is not None]
        batches = [i for i in sorted(self._declarations.upstream(output)) if i.split(".")[-1].endswith("__batches")]
        whole = _hash(
            self._version,
            duckdb.__version__,
            rules,
            [(name, table.whole if table else data) for name, table in zip(read, tables, strict=True)],
            [self._once(_generation, connection, i) for i in batches],
        )
        months = sorted({month for table in told for month in table.months})
        return Marks(whole, {month: _hash(*(table.of(month) for table in told)) for month in months})

    def _once(self, ask, connection, unique_id: str) -> Any:
        with self._lock:
            if (ask, unique_id) not in self._known:
                self._known[ask, unique_id] = ask(connection, self._declarations, unique_id)
            return self._known[ask, unique_id]


def _tables_of(declarations: Declarations, output: str) -> set[str]:
    """The tables, seeds and sources that a view is computed from, through views alone."""
    found: set[str] = set()
    for parent in declarations.parents(output):
        node = declarations.manifest.get("nodes", {}).get(parent)
        is_view = node and node["resource_type"] == "model" and (node["config"].get("materialized") or "") not in TABLES
        found |= _tables_of(declarations, parent) if is_view else {parent}
    return found


def _generation(connection, declarations: Declarations, batches: str) -> object:
    """The generation of a theme: after a rebuild its batches are numbered anew."""
    return connection.execute(f"select max(generation) from {declarations.relation(batches)}").fetchall()


def _read(connection, declarations: Declarations, unique_id: str) -> Table | None:
    """What is known of a table; None of a source, which lies in the lake."""
    if unique_id in declarations.manifest.get("sources", {}):
        return None
    node, relation = declarations.node(unique_id), declarations.relation(unique_id)
    columns = {row[0] for row in connection.execute(f"describe {relation}").fetchall()}
    if CALENDAR <= columns:
        calendar = connection.execute(f"select {', '.join(sorted(CALENDAR))} from {relation}").fetchone()
        return Table(calendar=calendar, provisional_days=node["config"]["meta"]["provisional_days"])
    if {"generation", "batch"} <= columns:
        return Table()  # what came; what it changed is in the differences
    if "period_end" in columns:
        what = "max(batch), count(*)" if "batch" in columns else "sum(hash(kept))::varchar, count(*)"
        return Table(months=_by_month(connection, f"select period_end as day, * from {relation}", what))
    if {"day", "batch"} <= columns:
        return Table(months=_of_differences(connection, node, relation, columns))
    if "day" in columns:
        return Table(months=_by_month(connection, _reaching(f"select * from {relation}"), "sum(hash(kept)), count(*)"))
    content = f"select count(*), sum(hash(kept))::varchar from {relation} as kept"
    return Table(whole=connection.execute(content).fetchall())


def _by_month(connection, rows: str, what: str) -> dict[str, object]:
    query = f"select date_trunc('month', day)::date as month, {what} from ({rows}) as kept group by month"
    return {f"{month:%Y-%m}": list(rest) for month, *rest in connection.execute(query).fetchall() if month}


def _reaching(rows: str) -> str:
    return f"{rows} union all by name select * replace (day + {REACH} as day) from ({rows})"


def _of_differences(connection, node: Mapping, relation: str, columns: set[str]) -> dict[str, object]:
    """By month the highest batch of which a difference came, or lies in the sealed file of the month."""
    came = f"select day, batch from {relation}" + (" where cell_level <> 'delivery'" if "cell_level" in columns else "")
    sealed = ((node.get("config") or {}).get("meta") or {}).get("sealed")
    if sealed:
        [(warehouse,)] = connection.execute("select path from duckdb_databases() where not internal").fetchall()
        files = sorted(Path(warehouse).parent.glob(f"sealed__{node['name']}__*.parquet"))
        if files:
            names = ", ".join(literal(path) for path in files)
            came += (
                " union all by name select last_day(month) as day, batch "
                f"from read_parquet([{names}], union_by_name = true) where month is not null"
            )
    return _by_month(connection, _reaching(came), "max(batch)")


def _of_calendar(calendar: tuple, provisional_days: int, month: str) -> object:
    """What a calendar makes of the figures of a month: from where they are summed, until where there are any, and
    whether they are all final, of a theme whose figures are provisional for so many days."""
    first, last, until = calendar
    if first is None or until is None:
        return [str(day) for day in calendar]
    end = _end(dt.date.fromisoformat(f"{month}-01"))
    final = end <= until - dt.timedelta(days=provisional_days)
    return [str(first), str(min(last, end)), "final" if final else str(until)]


def _end(start: dt.date) -> dt.date:
    """The last day of the month that begins so."""
    return (start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
