"""Insee's official file of daily deaths: what there was since 1 March, by département, in three years."""

import datetime
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal

MONTHS = {"mars": 3, "avr.": 4, "mai": 5, "juin": 6, "juil.": 7}


def read_official(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> None:
    """Make the table `drawn`, a death for each one of the official file in `path` (.csv, .csv.gz) from `start` to
    `end`, which are days of one year of the file.

    Raises VigieError when it cannot be read, or holds counts that no deaths can give.
    """
    try:
        table = engine.connection.read_csv(str(path), header=True, all_varchar=True, delimiter=";")
    except duckdb.Error as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error
    counts = [f"Total_deces_{start.year}", f"Communes_a_envoi_dematerialise_Deces{start.year}"]
    if not {"Date_evenement", "Zone", *counts} <= set(table.columns) or start.year != end.year:
        raise VigieError(
            f"{path} holds no table of deaths since 1 March of {start} to {end}: Date_evenement, Zone,"
            f" {', '.join(counts)}."
        )
    engine.connection.register("official_read", table)
    month = " ".join(f"when {literal(name)} then {number}" for name, number in MONTHS.items())
    engine.connection.execute(
        "create or replace table official_rows as"
        f" select *, try_cast({start.year} || '-' || (case split_part(printed, '-', 2) {month} end) || '-'"
        " || split_part(printed, '-', 1) as date) as day from (select Date_evenement as printed,"
        f" nullif(Zone, 'France') as zone, try_cast({counts[0]} as bigint) as total,"
        f" try_cast({counts[1]} as bigint) as electronic from official_read where Zone <> 'France')"
    )
    engine.connection.unregister("official_read")
    engine.run("insee_deces/official")
    for query, problem in (
        ("select printed, zone from unsound_rows", "cannot be used: an unknown day or place, or no count"),
        ("select day::varchar, zone from missing_rows", "is missing"),
        ("select day::varchar, zone from unsound_days", "holds counts that no deaths give"),
    ):
        if found := engine.rows(f"{query} order by all limit 1"):
            day, place = found[0]
            raise VigieError(f"{path}: the row of {day}, {place} {problem}.")
    engine.run("insee_deces/official_deaths")
