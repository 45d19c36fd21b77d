"""The official files of SI-VIC: daily stocks by département and sex, daily flows by département."""

import csv
import datetime
import gzip
import re
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal

STOCK_COLUMNS = ("dep", "sexe", "jour", "hosp", "rea", "rad", "dc")
FLOW_COLUMNS = ("dep", "jour", "incid_hosp", "incid_rea", "incid_dc", "incid_rad")

_DATED = re.compile(r".*(\d{4}-\d{2}-\d{2}).*\.csv(\.gz)?")


def read_official(engine: Engine, folder: Path, start: datetime.date, end: datetime.date) -> None:
    """Make the tables `stock_cells` (from the eve of `start`) and `flows` from the latest publication in `folder`.

    Raises VigieError when the folder holds no pair of files of one day, or a figure that no stays can give.
    """
    stock, flow = _publication(folder)
    for table, path, columns in (("stock_text", stock, STOCK_COLUMNS), ("flow_text", flow, FLOW_COLUMNS)):
        try:
            engine.connection.execute(
                f"create or replace table {table} as select row_number() over () + 1 as row_no, {', '.join(columns)}"
                f" from read_csv({literal(str(path))}, delim = ';', header = true, all_varchar = true)"
            )
        except duckdb.Error as error:
            raise VigieError(f"The truth {path} cannot be read as a table: {str(error).splitlines()[0]}") from error
    engine.run("sivic/official")
    _refuse_unsound_rows(engine, stock, "stocks", "sex is null or least(hosp, rea, rad, dc) < 0", STOCK_COLUMNS[3:])
    _refuse_unsound_rows(
        engine, flow, "flows", "least(incid_hosp, incid_rea, incid_dc, incid_rad) < 0", FLOW_COLUMNS[2:]
    )
    _refuse_incomplete_days(engine, stock, flow, start, end)
    _refuse_impossible_stocks(engine, stock)


def _publication(folder: Path) -> tuple[Path, Path]:
    """The stock file and the flow file of the latest day on which the folder has both."""
    stocks: dict[str, Path] = {}
    flows: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        dated = _DATED.fullmatch(path.name)
        if not dated:
            continue
        header = _header(path)
        for files, columns in ((stocks, STOCK_COLUMNS), (flows, FLOW_COLUMNS)):
            if set(columns) <= set(header):
                files[dated[1]] = path
    common = sorted(stocks.keys() & flows.keys())
    if not common:
        raise VigieError(
            f"{folder} holds no stock file ({', '.join(STOCK_COLUMNS)}) and flow file ({', '.join(FLOW_COLUMNS)}) of"
            " one day, the date of which is in their names (YYYY-MM-DD, .csv or .csv.gz)."
        )
    return stocks[common[-1]], flows[common[-1]]


def _header(path: Path) -> list[str]:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader([lines.readline()], delimiter=";"), [])
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error


def _refuse_unsound_rows(engine: Engine, path: Path, table: str, fault: str, counts: tuple[str, ...]) -> None:
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
    keys = "dep, sex, day" if table == "stocks" else "dep, day"
    twice = engine.rows(f"select max(row_no) from {table} group by {keys} having count(*) > 1 order by 1 limit 1")
    if twice:
        raise VigieError(f"Line {twice[0][0]} of {path} repeats a row: which one is the truth?")


def _refuse_incomplete_days(engine: Engine, stock: Path, flow: Path, start: datetime.date, end: datetime.date) -> None:
    missing = engine.rows(
        """
        with asked as (
            select places.dep, days.day::date as day
            from (select distinct dep from stocks) as places
            cross join (
                select unnest(range(getvariable('first_day')::timestamp - interval 1 day,
                    getvariable('last_day') + interval 1 day, interval 1 day)) as day
            ) as days
        )
        select day, dep
        from asked
        left join (select dep, day, count(*) as sexes from stocks group by all) as stocks using (dep, day)
        left join flows using (dep, day)
        where coalesce(sexes, 0) <> 3 or (day >= getvariable('first_day') and flows.row_no is null)
        order by day, dep limit 1
        """
    )
    if missing:
        first, last = engine.rows(
            "select max(first), min(last) from (select min(day) + 1 as first, max(day) as last from stocks"
            " union all select min(day), max(day) from flows)"
        )[0]
        raise VigieError(
            f"{stock.name} and {flow.name} do not have all rows of {start} to {end} and of the eve: none of"
            f" {missing[0][0]}, département {missing[0][1]}. They go from {first} to {last}."
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
