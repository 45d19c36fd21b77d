"""Official figures of VAC-SI go in as injections, with every disturbance, and come out of the same files unchanged.

Two proofs. Of a few days people are simulated, landed and counted by the models' own SQL (see `rendered_models`): every
count of these days is the official one, and so is every count to date, from the first day of the campaign on or after
what had been before. And every coverage of all days follows from the counts to date by the layout's own SQL: for
départements with the population that their file has, for France by age and régions with one population up to the end of
2021 and one since, which the files imply.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, FOLDERS, INSTEAD_OF_ARCHIVE, official_file
from rendered_models import Models, Project
from test_as_of import Rendered

from orchestration.home import Home
from orchestration.simulator import simulate

AGE, REGION, PRODUCT = (f"vacsi/vacsi-{name}_2023-05-04" for name in ("a-fra", "reg", "v-fra"))
DEPARTEMENTS = "vacsi/vacsi-tot-dep_2022-02-11"
MODELS = {AGE: "vacsi_a_fra", REGION: "vacsi_reg", PRODUCT: "vacsi_v_fra", DEPARTEMENTS: "vacsi_tot_dep"}
#: What the official names of counts are in the cube.
FIGURES = {
    "dose1": "dose1", "complet": "complete", "rappel": "booster1", "2_rappel": "booster2", "rappel_biv": "bivalent",
    "3_rappel": "booster3",
}  # fmt: skip

Cells = dict[tuple[str, ...], str]


def official_rows(path: Path) -> list[dict[str, str]]:
    """The rows of an official file, as text."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def cells_of(rows: list[dict[str, str]], columns: str = "n_") -> Cells:
    """The cells of the columns that begin so, by the columns before them that name the row, and the column."""
    keys = [name for name in rows[0] if name in ("fra", "reg", "dep", "clage_vacsi", "vaccin", "jour")]
    return {
        (*(row[key] for key in keys), name): told
        for row in rows
        for name, told in row.items()
        if name.startswith(columns)
    }


def found_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, str]]:
    """The rows of a layout as text."""
    told = connection.execute(f"from {relation}")
    names = [column[0] for column in told.description]
    return [
        {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
        for row in told.fetchall()
    ]


def after_what_was_before(rows: list[dict[str, str]], first: str) -> None:
    """Take from the counts to date what they were before the first day."""
    before = {}
    for row in sorted(rows, key=lambda row: row["jour"]):
        of = tuple(row.get(key) for key in ("fra", "reg", "clage_vacsi", "vaccin"))
        for name in [name for name in row if name.startswith("n_cum_")]:
            if row["jour"] == first:
                before[of, name] = int(row[name]) - int(row[name.replace("n_cum_", "n_")])
            row[name] = str(int(row[name]) - before[of, name])


BEGUN, SPRING = ("2020-12-27", "2021-01-05"), ("2023-04-28", "2023-05-03")
LONG = [pytest.mark.archive, pytest.mark.long]
CASES = [
    *(pytest.param(ARCHIVE, file, *BEGUN, marks=pytest.mark.archive) for file in (AGE, PRODUCT)),
    *(pytest.param(ARCHIVE, file, *SPRING, marks=pytest.mark.archive) for file in (AGE, PRODUCT, REGION)),
    *(pytest.param(ARCHIVE, file, "2020-12-27", "2021-01-17", marks=LONG) for file in (AGE, REGION, PRODUCT)),
    *(pytest.param(EXTRACT, file, "2023-04-29", "2023-04-30", marks=INSTEAD_OF_ARCHIVE) for file in (AGE, PRODUCT)),
    pytest.param(EXTRACT, REGION, "2023-04-29", "2023-04-30"),
]  # fmt: skip


@pytest.mark.parametrize(("folder", "file", "first", "last"), CASES)
def test_every_count_of_the_official_file_comes_out_again(folder, file, first, last, tmp_path, record_property):
    home, path = Home(tmp_path / "home"), official_file(folder, file)
    simulate(home, "vacsi", path, dt.date.fromisoformat(first), dt.date.fromisoformat(last), drawn_seed(file), {})
    way = Rendered(home, Project.read(), MODELS[file])
    way.run(dt.date(2099, 1, 1))
    rows = [row for row in official_rows(path) if first <= row["jour"] <= last]
    after_what_was_before(rows, first)
    expected, found = cells_of(rows), cells_of(found_rows(way.connection, way.table(MODELS[file])))
    assert set(expected) <= set(found)
    # Nothing is counted where the file tells nothing.
    assert {cell for cell, told in found.items() if told != "0"} <= set(expected)
    differing = {cell: (told, found[cell]) for cell, told in expected.items() if found[cell] != told}
    assert not differing, dict(list(differing.items())[:20])
    record_property("proof", f"VAC-SI: {len(expected):,} official counts of {first} to {last} compared, all equal")


def implied_populations(rows: list[dict[str, str]]) -> dict[tuple[str, bool], float]:
    """The population that every coverage of a place or class asks for, by whether the day is of 2022 or later."""
    least, most = defaultdict(float), defaultdict(lambda: float("inf"))
    for row in rows:
        of = (row.get("clage_vacsi") or row["reg"], row["jour"] >= "2022-01-01")
        for name in FIGURES:
            people, told = int(row[f"n_cum_{name}"]), float(row[f"couv_{name}"])
            if told < 99:
                least[of] = max(least[of], 100 * people / (told + 0.05))
            if told > 0.05:
                most[of] = min(most[of], 100 * people / (told - 0.05))
    found = {}
    for of, population in least.items():
        assert population <= most[of], f"no one population gives every coverage of {of}"
        found[of] = (population + most[of]) / 2 if most[of] < float("inf") else population + 1
    return found


def cube(rows: list[dict[str, str]], populations: dict[tuple[str, bool], float] | None) -> str:
    """A query of the cells of the cube that official rows are; `pop` of the rows where no populations are given."""
    cells = []
    for row in rows:
        level = next(key for key in ("fra", "reg", "dep") if key in row)
        place = {"07": "977", "08": "978"}.get(row[level], row[level]) if level == "reg" else row[level]
        age = row.get("clage_vacsi", "0")
        people = (
            row["pop"]
            if populations is None
            else populations[row.get("clage_vacsi") or row[level], row["jour"] >= "2022-01-01"]
        )
        counts = [row.get(f"n_cum_{name}", row.get(f"n_tot_{name}", "0")) for name in FIGURES]
        keys = [level.upper(), place, row["jour"], "all" if age == "0" else "vacsi", "all" if age == "0" else age]
        cells.append(f"({', '.join(repr(key) for key in keys)}, {people!s}, {', '.join(counts)})")
    named = ", ".join(f"{name}_to_date" for name in FIGURES.values())
    return (
        f"select geo_level, geo_code, 'day' as period, day::date as period_end, 'all' as sex, age_scheme, age_class,"
        f" population::double as population, {', '.join(f'0 as {name}' for name in FIGURES.values())}, {named}"
        f" from (values {', '.join(cells)})"
        f" as cells (geo_level, geo_code, day, age_scheme, age_class, population, {named})"
    )  # fmt: skip


def coverages(model: str, rows: list[dict[str, str]], populations: dict | None = None) -> Cells:
    """The coverages of a layout made of the official counts to date."""
    connection = duckdb.connect()
    models = Models(Project.read(), connection, "memory", lambda *names: "none")
    models.seed("regions")
    days = sorted({row["jour"] for row in rows})
    # Sixty days at a time: rows are given as SQL.
    for begun in range(0, len(days), 60):
        some = [row for row in rows if row["jour"] in days[begun : begun + 60]]
        if begun == 0:
            models.give("int_vaccination__cube", cube(some, populations))
        else:
            connection.execute(f"insert into {models.relation('int_vaccination__cube')} {cube(some, populations)}")
    models.give("int_vaccination__calendar", f"select date '{days[-1]}' as last_day")
    models.run([model])
    return cells_of(found_rows(connection, str(models.relation(model))), "couv_")


@pytest.mark.archive
@pytest.mark.parametrize("file", [AGE, REGION])
def test_every_coverage_follows_from_the_counts_to_date(file, record_property):
    rows = official_rows(official_file(ARCHIVE, file))
    expected, found = cells_of(rows, "couv_"), coverages(MODELS[file], rows, implied_populations(rows))
    differing = {cell: (told, found.get(cell)) for cell, told in expected.items() if found.get(cell) != told}
    assert not differing, dict(list(differing.items())[:20])
    record_property("proof", f"VAC-SI: {len(expected):,} official coverages of {file} computed again, all equal")


@pytest.mark.archive
def test_the_file_to_date_by_age_has_the_coverages_of_the_last_day(record_property):
    rows = official_rows(official_file(ARCHIVE, AGE))
    last = [row for row in rows if row["jour"] == rows[-1]["jour"]]
    found = coverages("vacsi_tot_a_fra", last, implied_populations(rows))
    expected = {(*of, f"couv_tot_{name[5:]}"): told for (*of, name), told in cells_of(last, "couv_").items()}
    assert found == expected
    record_property("proof", f"VAC-SI: {len(expected)} official coverages by age of the last day, all equal")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_coverage_of_a_departement_follows_from_its_population(folder, record_property):
    rows = official_rows(official_file(folder, DEPARTEMENTS))
    expected, found = cells_of(rows, "couv_"), coverages("vacsi_tot_dep", rows)
    differing = {cell: (told, found[cell]) for cell, told in expected.items() if found[cell] != told}
    assert not differing, dict(list(differing.items())[:20])
    record_property("proof", f"VAC-SI: {len(expected)} official coverages of départements computed again, all equal")


def test_a_coverage_stops_at_99_and_needs_a_population():
    rows = [{"fra": "FR", "jour": "2021-07-01", "n_tot_dose1": "120", "n_tot_complet": "99", "pop": "100"}]
    assert [coverages("vacsi_tot_fra", rows)["FR", "2021-07-01", f"couv_tot_{name}"] for name in FIGURES] == [
        "99.0", "99.0", "0.0", "0.0", "0.0", "0.0",
    ]  # fmt: skip
    rows[0]["pop"] = "0"
    assert coverages("vacsi_tot_fra", rows)["FR", "2021-07-01", "couv_tot_dose1"] == ""
