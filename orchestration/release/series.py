"""The files of an indicator: of each slice the whole series as Parquet, a file a month, and its last days as one
CSV, compressed but for France alone.

A month is computed when what it rests on has changed (see `marks`), or when its file is not there as it was written;
the others are hard links to the files of the release before. One query, sorted once, serves all slices and months of
an indicator. The CSV is made of the files of the months, so that both hold the same figures.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.landing.checking import literal
from orchestration.release import disclosure
from orchestration.release.declarations import CONTRACT, CONTRACT_KEY, FIGURES, Declarations, Indicator, Slice
from orchestration.release.files import COMPRESSED, LastGood, copy_rows, csv_columns, link
from orchestration.release.marks import Marks
from orchestration.release.policy import publishing
from orchestration.release.rows import refuse_duplicates, refuse_not_finite

AXES = (("geo", "geo_level"), ("period", "period"), ("sex", "sex"), ("age", "age_scheme"))


def series_file(name: str, month: str) -> str:
    """The Parquet file of a month of a series, below the folder of the open data."""
    return f"{name}/{month}.parquet"


def month_of(file: str) -> str:
    """The month of such a file."""
    return Path(file).stem


def csv_file(part) -> str:
    """The CSV file of the last days of a series, likewise: plain where it is of France alone, which people open."""
    return f"{part.name}.csv{'' if part.slice.geo == ['FRA'] else COMPRESSED}"


def write_series(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    parts: list,
    marks: Marks,
    folder: Path | None,
    before: LastGood,
) -> None:
    """Write the slices of an indicator (`parts`, datasets) under `folder`, or examine what would be written.

    Fills in what each dataset holds: its files, and in `series` what each month was made from. Raises VigieError when
    rows may not be published, or are not what the declaration says.
    """
    owner = parts[0].owner
    ours = {part.name: _marks_of(part, marks) for part in parts}
    kept = {part.name: _keep(part, ours[part.name], folder, before) for part in parts}
    due = {part.name: _due(ours[part.name], kept[part.name]) for part in parts}
    connection.execute(
        f"create or replace temp table published as select {as_published(owner, parts[0].touched)} "
        f"from {declarations.relation(owner.node)} where {_rows_due(parts, due)} order by {', '.join(CONTRACT_KEY)}"
    )
    # No rows, and a NULL in each column once: DuckDB writes a column as required when it knows of no NULL in what it is
    # taken from, and that would depend on which months were computed together.
    connection.execute(
        "create or replace temp table nothing as select * from temp.published limit 0;"
        "insert into temp.nothing default values; delete from temp.nothing"
    )
    for part in parts:
        written = _write_months(connection, declarations, part, due[part.name], ours[part.name], folder)
        _tell(part, ours[part.name], {**kept[part.name], **written})
        if folder:
            _write_csv(connection, part, folder, before)
        connection.execute("drop table temp.file")
    connection.execute("drop table temp.published")


def as_published(owner: Indicator, touched: Sequence[tuple[dt.date, dt.date]] = ()) -> str:
    """The columns of the contract as they are published, figures rounded, for a SELECT from an indicator's view; the
    status of a figure says that an incident has `touched` its days."""
    decimals = publishing().published_decimals if owner.decimals is None else owner.decimals
    # A negative zero is written as the other one.
    figures = {name: f"round({name}::double, {decimals}) + 0.0 as {name}" for name in FIGURES}
    return ", ".join({**figures, "status": _status(touched)}.get(name, name) for name in CONTRACT)


def _status(touched: Sequence[tuple[dt.date, dt.date]]) -> str:
    """The status of a row: that of its model or, where there is a figure and it rests on days touched, `incident`."""
    if not touched:
        return "status"
    on = " or ".join(f"(period_end >= date '{since}' and period_start <= date '{until}')" for since, until in touched)
    return f"case when status in ('final', 'provisional') and ({on}) then 'incident' else status end as status"


def _marks_of(part, marks: Marks) -> Marks:
    """What the months of a slice rest on: those of its indicator, the form in which it is written."""
    reach = part.owner.reach
    marks = marks.cumulative() if "cumulative" in part.slice.period else marks.reaching(reach.before, reach.after)
    marks = _with_incidents(marks, part.touched, {"cumulative", "wave"} & set(part.slice.period) != set())
    return replace(marks, whole=f"{marks.whole} {part.form}")


def _with_incidents(marks: Marks, touched: Sequence[tuple[dt.date, dt.date]], to_date: bool) -> Marks:
    """The marks of months of which some cells bear the status of an incident; of sums `to_date` all months after it."""
    if not touched:
        return marks
    if not marks.months:
        return replace(marks, whole=f"{marks.whole} {touched}")

    def on(month: str) -> list[tuple[dt.date, dt.date]]:
        start = dt.date.fromisoformat(f"{month}-01")
        # A period may begin six days before the month in which it ends.
        first = start - dt.timedelta(days=6)
        return [days for days in touched if days[0] < _next(start) and (to_date or days[1] >= first)]

    months = {month: f"{mark} {on(month)}" if on(month) else mark for month, mark in marks.months.items()}
    return replace(marks, months=months)


def form_in(series: Mapping[str, Any]) -> str:
    """The form in which a release wrote a slice, from what it noted of it."""
    return series["whole"].rpartition(" ")[2]


def _keep(part, marks: Marks, folder: Path | None, before: LastGood) -> dict[str, dict]:
    """Link the months that rest on what they rested on; gives what was noted of each."""
    known = before.series.get(part.name, {})
    if known.get("whole") != marks.whole:
        return {}
    kept, paths = {}, {}
    for month, noted in known["months"].items():
        file = series_file(part.name, month)
        if marks.months and noted["mark"] != marks.months.get(month):
            continue
        if noted["rows"]:
            old = before.path(part.name, file) if file in before.files(part.name) else None
            if old is None and not marks.months:
                return {}
            if old is None:
                continue
            paths[file] = old
        kept[month] = noted
    for file, old in paths.items() if folder else ():
        link(old, folder / file)
        part.files[file] = before.files(part.name)[file]
    return kept


def _due(marks: Marks, kept: Mapping) -> list[str] | None:
    """The months to write; None when all are, of which not one is known."""
    return sorted(marks.months.keys() - kept.keys()) if kept else None


def _rows_due(parts: list, due: Mapping[str, list[str] | None]) -> str:
    """The condition of the rows that some slices need of their model. What is said of places, sexes and ages is kept
    apart from what is said of days, so that both get as far down into the view as they can."""
    needed = [part for part in parts if due[part.name] != []]
    if not needed:
        return "false"
    rows = f"({' or '.join(f'({where(part.slice)})' for part in needed)})"
    if any(due[part.name] is None for part in needed):
        return rows
    return f"{rows} and {_in_months(sorted({month for part in needed for month in due[part.name] or []}))}"


def where(part: Slice) -> str:
    """The condition of the rows of a slice."""
    axes = [f"{column} in ({_literals(getattr(part, axis))})" for axis, column in AXES]
    schemes = [name for name in part.strata if "." not in name]
    strata = [f"stratum_scheme in ({_literals(schemes)})"] if schemes else []
    for scheme, _, stratum in (name.partition(".") for name in part.strata if "." in name):
        strata.append(f"stratum_scheme = {literal(scheme)} and stratum = {literal(stratum)}")
    return " and ".join([*axes, f"({' or '.join(strata)})"])


def _literals(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def _in_months(months: list[str]) -> str:
    """A condition on `period_end`, with its bounds first: they reach the tables below the view."""
    starts = [dt.date.fromisoformat(f"{month}-01") for month in months]
    bounds = f"period_end >= date '{starts[0]}' and period_end < date '{_next(starts[-1])}'"
    if all(_next(one) == other for one, other in pairwise(starts)):
        return bounds
    several = ", ".join(f"date '{start}'" for start in starts)
    return f"{bounds} and date_trunc('month', period_end) in ({several})"


def _next(start: dt.date) -> dt.date:
    return (start + dt.timedelta(days=31)).replace(day=1)


def _write_months(
    connection, declarations: Declarations, part, due: list[str] | None, marks: Marks, folder: Path | None
) -> dict[str, dict]:
    """Examine the rows of a slice that were computed, and write each month of them; gives what is noted of each."""
    rows = f"select * from temp.published where {where(part.slice)}"
    if due is not None:
        rows += f" and {_in_months(due) if due else 'false'}"
    # A table, since it is looked through for each thing that is examined and for each month.
    connection.execute(f"create or replace temp table file as {rows}")
    part.columns = [(row[0], row[1]) for row in connection.execute("describe temp.file").fetchall()]
    refuse_duplicates(connection, part.name, part.csv_key)
    refuse_not_finite(connection, part.name, part.columns)
    _refuse_undeclared(connection, part)
    disclosure.refuse_dataset(connection, declarations, part)
    found = connection.execute(
        "select date_trunc('month', period_end)::date, count(*), max(period_end)::varchar, "
        "min(period_end) filter (status = 'provisional')::varchar from temp.file group by 1 order by 1"
    ).fetchall()
    written = {}
    for start, count, last, provisional in found:
        month = f"{start:%Y-%m}"
        if marks.months and month not in marks.months:
            raise VigieError(
                f"The dataset '{part.name}' has figures of a month that no table has which its model reads. Tell "
                "orchestration/release/marks.py what the model reads them from."
            )
        noted = {"mark": marks.months.get(month, ""), "rows": count, "last": last, "provisional": provisional}
        written[month] = noted
        if folder:
            file = series_file(part.name, month)
            of_month = f"select * from temp.file where {_in_months([month])} union all select * from temp.nothing"
            part.files[file] = copy_rows(connection, of_month, folder / file, one_group=True)
    return written


def _refuse_undeclared(connection, part) -> None:
    """Raise VigieError when rows are not what the declaration says: what the CSV leaves out would be lost."""
    # The kind of a period says its first day.
    first = "case period when 'day' then period_end when 'rolling7' then period_end - 6 when 'week' then period_end - 6"
    first += " else period_start end"
    declared = {name: literal(value) for name, value in part.owner.constants(part.slice).items()}
    declared |= {name: "null" for name in FIGURES if name not in part.owner.figures}
    declared |= {"period_start": f"({first})::varchar"}
    declared |= {} if part.owner.population else {"population_vintage": "null"}
    if "numerator" in declared:
        declared["numerator"] = "case when numerator is not null then value::varchar end"
    counts = [f"count(*) filter ({name}::varchar is distinct from {value})" for name, value in declared.items()]
    found = connection.execute(f"select {', '.join(counts)} from temp.file").fetchall()[0]
    wrong = [name for name, count in zip(declared, found, strict=True) if count]
    if wrong:
        raise VigieError(
            f"The dataset '{part.name}' holds other values in {', '.join(wrong)} than its declaration says "
            "(`population`: whether rows bear a vintage; `figures`: which there are). Mend one of them."
        )


def _tell(part, marks: Marks, months: Mapping[str, dict]) -> None:
    """Fill in what a series holds. A month that was computed and has no row is noted as such."""
    nothing = {"rows": 0, "last": None, "provisional": None}
    known = {month: {"mark": mark, **nothing} for month, mark in marks.months.items()} | dict(months)
    part.series = {"whole": marks.whole, "months": dict(sorted(known.items()))}
    part.files = dict(sorted(part.files.items()))
    part.rows = sum(noted["rows"] for noted in known.values())
    last = max((noted["last"] for noted in known.values() if noted["last"]), default=None)
    provisional = min((noted["provisional"] for noted in known.values() if noted["provisional"]), default=None)
    part.last_period = dt.date.fromisoformat(last) if last else None
    part.provisional_from = dt.date.fromisoformat(provisional) if provisional else None


def _write_csv(connection, part, folder: Path, before: LastGood) -> None:
    """Write the last days of a series as CSV from the files of its months, or link those of the release before when
    they are made of the same."""
    days, last = publishing().published_days, part.last_period
    since = last - dt.timedelta(days=days - 1) if last else None
    months = {m: n for m, n in part.series["months"].items() if n["rows"] and m >= f"{since:%Y-%m}"} if last else {}
    made_of = [part.series["whole"], days, str(last), part.owner.csv_columns(part.slice), months]
    part.series["csv"] = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]
    file = csv_file(part)
    old = None
    if before.series.get(part.name, {}).get("csv") == part.series["csv"] and file in before.files(part.name):
        old = before.path(part.name, file)
    if old:
        link(old, folder / file)
        part.files[file] = before.files(part.name)[file]
        return
    kinds = dict(part.columns)
    columns = csv_columns([(name, kinds[name]) for name in part.owner.csv_columns(part.slice)])
    names = _literals(str(folder / series_file(part.name, month)) for month in months)
    # A series of which nothing has come yet is a file without rows.
    rows = f"read_parquet([{names}]) where period_end >= date '{since}'" if months else "temp.published where false"
    part.files[file] = copy_rows(connection, f"select {columns} from {rows}", folder / file)
