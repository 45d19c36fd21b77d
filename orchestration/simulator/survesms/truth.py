"""The official series of care homes: deaths and confirmed cases of residents to date, of France, by day."""

import datetime
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal


def read_official(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> None:
    """Make the table `drawn`, the reports of which the counts to date are those of the file in `path` (.csv, .csv.gz).

    The file has the columns date, esms_dc and esms_cas, as the synthesis of indicators; a day on which it tells nothing
    is as the one before. Raises VigieError when it cannot be read, or holds no count of these days.
    """
    try:
        table = engine.connection.read_csv(str(path), header=True, all_varchar=True)
    except duckdb.Error as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error
    if not {"date", "esms_dc", "esms_cas"} <= set(table.columns):
        raise VigieError(f"{path} holds no series of care homes: date, esms_dc, esms_cas.")
    engine.connection.register("official_read", table)
    engine.connection.execute(
        "create or replace table official_rows as select try_cast(date as date) as day,"
        " nullif(esms_dc, '') as deaths_told, try_cast(esms_dc as bigint) as deaths,"
        " nullif(esms_cas, '') as cases_told, try_cast(esms_cas as bigint) as cases from official_read"
        f" where try_cast(date as date) is null or try_cast(date as date) between {literal(start)} and {literal(end)}"
    )
    engine.connection.unregister("official_read")
    wrong = engine.rows(
        "select day from official_rows where day is null or deaths is null <> (deaths_told is null)"
        " or cases is null <> (cases_told is null) or deaths < 0 or cases < 0 order by day limit 1"
    )
    if wrong:
        raise VigieError(f"{path}: the row of {wrong[0][0]} holds no count.")
    if not engine.rows("select 1 from official_rows where deaths > 0 limit 1"):
        raise VigieError(f"{path} tells of no death from {start} to {end}.")
    engine.run("survesms/official")
