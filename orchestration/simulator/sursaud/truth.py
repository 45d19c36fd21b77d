"""The official table of SurSaUD, visits and acts by place, day and class of age: a workbook, or its sheets as CSV."""

import csv
import datetime
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine

#: The sheets that are read, by the name of their first column; the sheet of France says nothing more.
LEVELS = ("dep", "reg")

Table = tuple[str, list[list[object]]]


@dataclass(frozen=True)
class Counts:
    """The columns of a feed: all that is coded, suspected Covid-19, and of these those who stay in hospital."""

    tot: str
    corona: str
    hospit: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the table that are read, by their name in the queries; the sexes follow each count."""
        named = {"tot": self.tot, "corona": self.corona, "hospit": self.hospit}
        return {
            f"{name}{sex}": f"{column}{sex}" for name, column in named.items() if column for sex in ("", "_h", "_f")
        }


def read_official(engine: Engine, path: Path, counts: Counts, start: datetime.date, end: datetime.date) -> list[str]:
    """Make the table `drawn`, a record for each visit or act of the official table in `path`.

    `path` is a workbook (.xlsx), a CSV file (.csv, .csv.gz) or a folder of such files, one for each level. Where the
    classes of age are more than the total, the total holds and the oldest are left out: a line of text says so.
    Raises VigieError when it cannot be read, or holds counts that no records can give.
    """
    _read_rows(engine, path, counts)
    engine.run("sursaud/official")
    _refuse_unsound_rows(engine)
    _refuse_missing_rows(engine, path, start, end)
    engine.run("sursaud/official_cells")
    surplus = engine.rows(
        """
        select dep, day, sum(visits) filter (age <> '0') - sum(visits) filter (age = '0') as more
        from cells group by dep, day, kind having more > 0 order by all
        """
    )
    return [
        f"{path.name}: département {dep} on {day}: the classes of age are {more} more than the total, which holds"
        for dep, day, more in surplus
    ]


def _read_rows(engine: Engine, path: Path, counts: Counts) -> None:
    """Make the table `official_text`: the rows of all levels as text, with their line and where they stand."""
    names = ("row_no", "source", "level", "place", "day", "age", "tot", "tot_h", "tot_f", "corona", "corona_h")
    names += ("corona_f", "hospit", "hospit_h", "hospit_f")
    found: dict[str, list[object]] = {name: [] for name in names}
    levels = set()
    for source, rows in _tables(path):
        header = [str(name).strip() for name in rows[0]] if rows else []
        level = header[0] if header else ""
        wanted = {"place": level, "day": "date_de_passage", "age": "sursaud_cl_age_corona", **counts.columns}
        if level not in LEVELS or not set(wanted.values()) <= set(header):
            continue
        if level in levels:
            raise VigieError(f"{path} holds two tables by {level}: which one is the truth?")
        levels.add(level)
        places = {name: header.index(column) for name, column in wanted.items()}
        for number, row in enumerate(rows[1:], start=2):
            found["row_no"].append(number)
            found["source"].append(source)
            found["level"].append(level)
            for name in names[3:]:
                found[name].append(_text(row[places[name]]) if name in places and places[name] < len(row) else None)
    if "dep" not in levels:
        raise VigieError(
            f"{path} holds no table of counts by département (dep, date_de_passage, sursaud_cl_age_corona,"
            f" {', '.join(counts.columns.values())})."
        )
    schema = pa.schema([(name, pa.int32() if name == "row_no" else pa.string()) for name in names])
    engine.connection.register("official_rows_read", pa.table(found, schema=schema))
    engine.connection.execute("create or replace table official_text as select * from official_rows_read")
    engine.connection.unregister("official_rows_read")


def _tables(path: Path) -> Iterator[Table]:
    """The tables of a workbook, of a CSV file, or of all files of a folder: where each stands, and its rows."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if file.name.endswith((".csv", ".csv.gz")):
                yield from _tables(file)
    elif path.suffix == ".xlsx":
        try:
            workbook = CalamineWorkbook.from_path(path)
            for sheet in workbook.sheet_names:
                yield f"sheet {sheet} of {path.name}", workbook.get_sheet_by_name(sheet).to_python()
        except (CalamineError, OSError) as error:
            raise VigieError(f"The truth {path} cannot be read as a workbook: {error}") from error
    else:
        try:
            opener = gzip.open if path.suffix == ".gz" else open
            with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
                yield path.name, list(csv.reader(lines, delimiter=";"))
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error


def _text(value: object) -> str | None:
    """A cell as text; None for an empty one. Workbooks hold counts as floating numbers and days as dates."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value).strip() or None


def _refuse_unsound_rows(engine: Engine) -> None:
    unsound = engine.rows("select row_no, source from unsound_rows order by source, row_no limit 1")
    if unsound:
        raise VigieError(
            f"Row {unsound[0][0]} of {unsound[0][1]} cannot be used: an unknown place, a date, class of age or count"
            " that is missing or is not one of that day, or a part that is more than the whole."
        )
    twice = engine.rows(
        "select max(row_no), any_value(source) from official_rows group by dep, day, age having count(*) > 1"
        " order by all limit 1"
    )
    if twice:
        raise VigieError(f"Row {twice[0][0]} of {twice[0][1]} repeats a row: which one is the truth?")


def _refuse_missing_rows(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> None:
    missing = engine.rows(
        """
        with days as (
            select unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day,
                interval 1 day))::date as day
        )
        select days.day, places.dep
        from days
        cross join (select distinct dep from official_rows) as places
        anti join official_rows as told on days.day = told.day and places.dep = told.dep and told.age = '0'
        order by all limit 1
        """
    )
    if missing or not engine.rows("select 1 from official_rows limit 1"):
        of = f" of {missing[0][0]}, département {missing[0][1]}" if missing else ""
        raise VigieError(f"{path} does not have all rows of {start} to {end}: there is none{of}.")
