"""The official files of SI-VIC: daily stocks by département and sex, daily flows by département."""

import csv
import datetime
import gzip
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal
from orchestration.simulator.publications import dated_files, may_change

STOCK_COLUMNS = ("dep", "sexe", "jour", "hosp", "rea", "rad", "dc")
FLOW_COLUMNS = ("dep", "jour", "incid_hosp", "incid_rea", "incid_dc", "incid_rad")


def read_official(engine: Engine, folder: Path, start: datetime.date, end: datetime.date) -> list[datetime.date]:
    """Make the tables `stock_cells` (from the eve of `start`) and `flows` from the official files in `folder`.

    The figures are those of the latest day of which there are both a stock and a flow file. If several flow files are
    dated in the asked days or soon after, they are those of the last, and the days of all are returned: each must be
    given back in turn. Stocks are then made up if there is no stock file of that last day.
    Raises VigieError when the folder holds no such files, or figures that no stays can give.
    """
    stocks, flows = _files(folder)
    published = [day for day in flows if may_change(day, start, end)]
    common = [day for day in flows if day in stocks]
    if len(published) > 1:
        # Once the asked days are all published there is nothing more to deliver.
        published = published[: sum(day < end for day in published) + 1]
    elif not common:
        raise VigieError(
            f"{folder} holds no stock file ({', '.join(STOCK_COLUMNS)}) and flow file ({', '.join(FLOW_COLUMNS)}) of"
            " one day, the date of which ends their names (_YYYY-MM-DD.csv or .csv.gz)."
        )
    else:
        published = []
    of = published[-1] if published else common[-1]
    _read_flows(engine, flows[of])
    if of in stocks:
        _read_stocks(engine, stocks[of])
    else:
        engine.run("sivic/stocks_of_flows")
    _refuse_incomplete_days(engine, flows[of], start, end)
    for day in published[:-1]:
        _refuse_revision(engine, flows[day], flows[of])
    return published


def _files(folder: Path) -> tuple[dict[datetime.date, Path], dict[datetime.date, Path]]:
    """The stock files and the flow files of the folder, by day of publication."""
    stocks: dict[datetime.date, Path] = {}
    flows: dict[datetime.date, Path] = {}
    for day, path in dated_files(folder):
        header = set(_header(path))
        for files, columns in ((stocks, STOCK_COLUMNS), (flows, FLOW_COLUMNS)):
            if header.issuperset(columns):
                if day in files:
                    raise VigieError(f"{folder} holds two publications of {day}: {files[day].name} and {path.name}.")
                files[day] = path
    return stocks, flows


def _read(engine: Engine, table: str, path: Path, columns: tuple[str, ...]) -> None:
    try:
        engine.connection.execute(
            f"create or replace table {table} as select row_number() over () + 1 as row_no, {', '.join(columns)}"
            f" from read_csv({literal(str(path))}, delim = ';', header = true, all_varchar = true)"
        )
    except duckdb.Error as error:
        raise VigieError(f"The truth {path} cannot be read as a table: {str(error).splitlines()[0]}") from error


def _read_flows(engine: Engine, path: Path) -> None:
    _read(engine, "flow_text", path, FLOW_COLUMNS)
    engine.run("sivic/official_flows")
    fault = "least(incid_hosp, incid_rea, incid_dc, incid_rad) < 0"
    _refuse_unsound_rows(engine, path, "flows", "dep, day", fault, FLOW_COLUMNS[2:])


def _read_stocks(engine: Engine, path: Path) -> None:
    _read(engine, "stock_text", path, STOCK_COLUMNS)
    engine.run("sivic/official_stocks")
    fault = "sex is null or least(hosp, rea, rad, dc) < 0"
    _refuse_unsound_rows(engine, path, "stocks", "dep, sex, day", fault, STOCK_COLUMNS[3:])
    _refuse_impossible_stocks(engine, path)


def _header(path: Path) -> list[str]:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader([lines.readline()], delimiter=";"), [])
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error


def _refuse_unsound_rows(
    engine: Engine, path: Path, table: str, keys: str, fault: str, counts: tuple[str, ...]
) -> None:
    missing = " or ".join(f"{name} is null" for name in ("day", *counts))
    unsound = engine.rows(
        f"select row_no from {table} where {missing} or {fault}"
        " or dep not in (select geo_code from intervals where geo_level = 'DEP') order by row_no limit 1"
    )
    if unsound:
        raise VigieError(
            f"Line {unsound[0][0]} of {path} cannot be used: an unknown place, or a date, a sex or a count is missing"
            " or is not one."
        )
    twice = engine.rows(f"select max(row_no) from {table} group by {keys} having count(*) > 1 order by 1 limit 1")
    if twice:
        raise VigieError(f"Line {twice[0][0]} of {path} repeats a row: which one is the truth?")


def _refuse_incomplete_days(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> None:
    missing = engine.rows(
        """
        with days as (
            select unnest(range(getvariable('first_day')::timestamp - interval 1 day,
                getvariable('last_day') + interval 1 day, interval 1 day))::date as day
        )
        select days.day, places.dep
        from days
        cross join (select dep from flows union select dep from stock_cells) as places
        left join flows on days.day = flows.day and places.dep = flows.dep
        left join stock_cells as cells on days.day = cells.day and places.dep = cells.dep and cells.sex = 'M'
        where cells.dep is null or (days.day >= getvariable('first_day') and flows.dep is null)
        order by all limit 1
        """
    )
    if missing:
        day, dep = missing[0]
        raise VigieError(
            f"{path} and the stocks of the same day do not have all rows of {start} to {end} and, for the stocks, of"
            f" the eve: there is none of {day}, département {dep}."
        )


def _refuse_impossible_stocks(engine: Engine, path: Path) -> None:
    impossible = engine.rows(
        "select dep, day, sex from stock_cells where least(hosp, rea, rad, dc) < 0 or rea > hosp order by all limit 1"
    )
    if impossible:
        dep, day, sex = impossible[0]
        raise VigieError(
            f"{path} cannot be reproduced: département {dep} on {day}, sex {sex}, has more patients in critical care"
            " than in hospital, or fewer in all than men and women. Choose days without that row."
        )


def _refuse_revision(engine: Engine, path: Path, last: Path) -> None:
    """Flows say what was declared on a day, so that no later publication changes them."""
    _read(engine, "flow_text", path, FLOW_COLUMNS)
    counts = ", ".join(FLOW_COLUMNS[2:])
    revised = engine.rows(
        f"""
        with asked as (
            select departement_code(dep) as dep, try_cast(jour as date) as day,
                {", ".join(f"try_cast({name} as bigint) as {name}" for name in FLOW_COLUMNS[2:])}
            from flow_text
            where try_cast(jour as date) between getvariable('first_day') and getvariable('last_day')
        )
        select day, dep from (select day, dep, {counts} from asked except select day, dep, {counts} from flows)
        order by all limit 1
        """
    )
    if revised:
        raise VigieError(
            f"{last.name} changes what {path.name} said of {revised[0][0]}, département {revised[0][1]}: flows that are"
            " revised cannot be reproduced."
        )
