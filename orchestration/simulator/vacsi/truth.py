"""The official files of VAC-SI by day: people vaccinated by place, and by age, sex or product."""

import datetime
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal

#: The columns of counts, by their name in the queries; those of a file that are not there are not known.
COUNTS = {
    "dose1": "n_dose1",
    "dose2": "n_dose2",
    "dose3": "n_dose3",
    "dose4": "n_dose4",
    "complete": "n_complet",
    "booster1": "n_rappel",
    "booster2": "n_2_rappel",
    "bivalent": "n_rappel_biv",
    "booster3": "n_3_rappel",
}
LEVELS = {"fra": "FRA", "reg": "REG", "dep": "DEP"}
CLASSES = ("clage_vacsi", "sexe", "vaccin")


def read_official(engine: Engine, path: Path, start: datetime.date, end: datetime.date) -> None:
    """Make the table `drawn`, an injection for each person and dose of the official file in `path` (.csv, .csv.gz).

    Its first column is a place (fra, reg or dep), the second may be clage_vacsi, sexe or vaccin.
    Raises VigieError when it cannot be read, or holds counts that no injections can give.
    """
    try:
        table = engine.connection.read_csv(str(path), header=True, all_varchar=True)
    except duckdb.Error as error:
        raise VigieError(f"The truth {path} cannot be read as a text file: {error}") from error
    level, by = table.columns[0], table.columns[1] if len(table.columns) > 1 else ""
    needed = {"jour", "n_dose1", "n_complet"}
    if level not in LEVELS or not needed <= set(table.columns):
        raise VigieError(
            f"{path} holds no table of people vaccinated: a place (fra, reg or dep), {', '.join(sorted(needed))}."
        )
    counts = ", ".join(
        f"{f'try_cast({column} as bigint)' if column in table.columns else 'null::bigint'} as {name}"
        for name, column in COUNTS.items()
    )
    engine.connection.register("official_read", table)
    engine.connection.execute(
        f"create or replace table official_rows as select {literal(LEVELS[level])} as geo_level, {level} as geo_code,"
        f" {literal(by if by in CLASSES else '')} as divided_by, {by if by in CLASSES else literal('0')} as code,"
        f" try_cast(jour as date) as day, {counts} from official_read"
        f" where try_cast(jour as date) is null or try_cast(jour as date) between {literal(start)} and {literal(end)}"
    )
    engine.connection.unregister("official_read")
    engine.run("vacsi/official")
    for query, problem in (
        (
            "select day, geo_code, code from unsound_rows",
            "cannot be used: an unknown place or class, or no count",
        ),
        ("select day, geo_code, code from missing_rows", "is missing"),
        ("select day, geo_code, kind from unsound_cells", "holds counts that no injections give"),
    ):
        if found := engine.rows(f"{query} order by all limit 1"):
            day, place, code = found[0]
            raise VigieError(f"{path}: the row of {day}, {place}, {code} {problem}.")
    engine.run("vacsi/official_doses")
