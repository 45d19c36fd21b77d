"""Where the counts to reproduce come from: an official file, or a made-up epidemic."""

import csv
import datetime
import gzip
from dataclasses import dataclass
from pathlib import Path

import duckdb
import holidays

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal
from orchestration.simulator.publications import dated_files

GEO_LEVELS = {"fra": "FRA", "reg": "REG", "dep": "DEP"}
SEX_COLUMNS = ("P_f", "P_h", "T_f", "T_h")


@dataclass(frozen=True)
class Layout:
    """What the header of an official file says: the place column, the delimiter, what else is there."""

    geo: str
    delimiter: str
    columns: tuple[str, ...]

    @property
    def geo_level(self) -> str:
        """FRA, REG or DEP."""
        return GEO_LEVELS[self.geo]

    @property
    def has_sex(self) -> bool:
        """Whether the counts are also given by sex."""
        return all(name in self.columns for name in SEX_COLUMNS)

    @property
    def has_population(self) -> bool:
        """Whether each row carries its population."""
        return "pop" in self.columns


def read_layout(path: Path) -> Layout:
    """The layout of an official file of daily counts (`.csv` or `.csv.gz`).

    Raises VigieError when the file is not one of those that can be reproduced.
    """
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            header = lines.readline()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error
    delimiter = ";" if ";" in header else ","
    columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter), []))
    needed = {"jour", "P", "T", "cl_age90"}
    if not columns or columns[0] not in GEO_LEVELS or not needed <= set(columns):
        raise VigieError(
            f"The truth {path} has the columns {', '.join(columns) or '(none)'}. Needed: fra, dep or reg first, then"
            " jour, P, T and cl_age90 (P_f, P_h, T_f, T_h and pop if there are)."
        )
    return Layout(columns[0], delimiter, columns)


def read_official(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> Layout:
    """Make the table `official`: the typed rows of the file. Raises VigieError naming a row that is not sound."""
    layout = read_layout(path)

    def column(name: str) -> str:
        return f'"{name}"' if name in layout.columns else "null::varchar"

    fields = {"geo": layout.geo, "day": "jour", "age": "cl_age90", "p": "P", "t": "T", "pop": "pop"}
    fields |= {"p_f": "P_f", "p_h": "P_h", "t_f": "T_f", "t_h": "T_h"}
    try:
        engine.connection.execute(
            "create or replace table official_text as select row_number() over () + 1 as row_no, "
            + ", ".join(f"{column(source)} as {name}" for name, source in fields.items())
            + f" from read_csv({literal(str(path))}, delim = {literal(layout.delimiter)}, header = true,"
            " all_varchar = true)"
        )
    except duckdb.Error as error:
        raise VigieError(f"The truth {path} cannot be read as a table: {str(error).splitlines()[0]}") from error
    engine.set(geo_level=layout.geo_level, has_sex=layout.has_sex, first_day=start, last_day=end)
    engine.run("sidep/official")
    _refuse_unsound_rows(engine, path)
    return layout


def _refuse_unsound_rows(engine: Engine, path: Path) -> None:
    unread = engine.rows(
        "select row_no, day_text, age from official where day is null or p is null or t is null"
        " or age not in ('all', '09', '19', '29', '39', '49', '59', '69', '79', '89', '90')"
        " or (getvariable('has_sex') and (p_f is null or p_h is null or t_f is null or t_h is null))"
        " order by row_no limit 1"
    )
    if unread:
        row, day, age = unread[0]
        raise VigieError(
            f"Line {row} of {path} (jour {day}, cl_age90 {age}) cannot be used: a date, an age class or a count"
            " is missing or is not one."
        )
    twice = engine.rows(
        "select geo_code, day, age, count(*), max(row_no) from official group by all having count(*) > 1"
        " order by all limit 1"
    )
    if twice:
        geo, day, age, _, row = twice[0]
        raise VigieError(f"Line {row} of {path} repeats the row {geo}, {day}, age {age}: which one is the truth?")
    nowhere = engine.rows(
        "select geo_code, min(row_no) from official where (getvariable('geo_level'), geo_code) not in"
        " (select (geo_level, geo_code) from intervals) group by geo_code order by 2 limit 1"
    )
    if nowhere:
        geo, row = nowhere[0]
        raise VigieError(f"Line {row} of {path}: no place {geo} in seeds/referential.")


def dated_publications(folder: Path, start: datetime.date) -> list[tuple[datetime.date, Path]]:
    """The files of `folder` whose name ends in a date from `start` on, by date: each may still change the asked days.

    Raises VigieError when there is none, or two of one day.
    """
    used = [(day, path) for day, path in dated_files(folder) if start <= day]
    if not used:
        raise VigieError(
            f"{folder} holds no publication dated {start} or later: files named like"
            " sp-pos-quot-fra_2021-01-20.csv.gz are looked for."
        )
    for (day, path), (next_day, other) in zip(used, used[1:], strict=False):
        if day == next_day:
            raise VigieError(f"{folder} holds two publications of {day}: {path.name} and {other.name}.")
    return used


def read_publications(
    engine: Engine, folder: Path, start: datetime.date, end: datetime.date
) -> tuple[list[tuple[datetime.date, Path]], Layout]:
    """Make the table `publications`, the cells of each dated publication, and its piles (`heights`).

    Returns the publications that say something of the asked days, and their layout; the table `official` stays
    that of the last one.
    """
    engine.connection.execute(
        "create or replace table publications (number integer, published_on date, day date, geo_level varchar,"
        " geo_code varchar, age varchar, sex varchar, p bigint, t bigint)"
    )
    used: list[tuple[datetime.date, Path]] = []
    layouts = set()
    for published, path in dated_publications(folder, start):
        layout = read_official(engine, path, start, end)
        layouts.add((layout.geo_level, layout.has_sex))
        if not engine.rows(
            "select 1 from official where day between getvariable('first_day') and getvariable('last_day') limit 1"
        ):
            continue
        official_cells(engine, path)
        used.append((published, path))
        engine.connection.execute(f"insert into publications select {len(used)}, {literal(published)}, * from cells")
    if not used:
        raise VigieError(f"No publication in {folder} has a row of {start} to {end}.")
    if len(layouts) > 1:
        raise VigieError(f"The publications in {folder} are not all of one layout.")
    engine.run("sidep/publications")
    return used, layout


def official_cells(engine: Engine, path: Path) -> None:
    """Make the table `cells` from `official`. Raises VigieError naming a cell that no set of records can give."""
    engine.run("sidep/official_cells")
    if not engine.rows("select 1 from cells limit 1"):
        first, last = engine.rows("select min(day), max(day) from official")[0]
        raise VigieError(f"{path} has no row in the asked days; it goes from {first} to {last}.")
    impossible = engine.rows(
        "select geo_code, day, age, sex, p, t from cells where p < 0 or t < p order by day, geo_code, age limit 1"
    )
    if impossible:
        geo, day, age, sex, positive, tested = impossible[0]
        raise VigieError(
            f"{path} cannot be reproduced: its rows of {day} ({geo}) leave {positive} positive and {tested} tested"
            f" for age {age}, sex {sex}. Choose days without that row."
        )


def builtin_cells(engine: Engine, start: datetime.date, end: datetime.date, persons: int) -> None:
    """Make the table `cells` of a made-up epidemic with about `persons` person-days."""
    days_off = sorted(holidays.country_holidays("FR", years=range(start.year, end.year + 1)))
    engine.set(first_day=start, last_day=end, persons=persons, holidays=days_off, geo_level="DEP", has_sex=True)
    engine.run("sidep/builtin")
