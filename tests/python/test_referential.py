"""The referential: default population, and what landed files replace in it."""

import datetime as dt
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from official_files import ARCHIVE, official_file
from rendered_models import count

from orchestration.home import Home
from orchestration.landing import land, prepare_lake

INSEE = official_file(ARCHIVE, "reference/insee-population-dep-sex-age5")
RECEIVED = dt.date(2022, 7, 1)

# Insee's figures for France with 975, 977 and 978, as SI-DEP used them: from 2020, from July 2022.
FRANCE_2020, FRANCE_2022 = 67_114_995, 67_863_570

CELLS = f"""\
millesime;valide_du;geo_niveau;geo_code;sexe;schema_age;classe_age;population
Insee 2020;1900-01-01;FRA;FR;T;all;all;{FRANCE_2020}
Insee 2022;2022-07-01;FRA;FR;T;all;all;{FRANCE_2022}
Insee 2020;2020-05-13;DEP;1;T;all;all;640000
Insee 2020;2020-05-13;DEP;01;T;school;09;640000
Insee 2020;2020-05-13;DEP;01;T;all;all;-1
""" + "".join(
    f"Insee 2020;2020-05-13;REG;975;{sex};age10;{'90' if age == 9 else f'{age}9'};{people}\n"
    for sex, people in (("T", 24.5), ("F", 12.25), ("H", 12.25))
    for age in range(10)
)
IRIS = """\
iris;com;annee;population
751010101;75101;2018;900
751010101;75101;2019;1000.25
751010102;75101;2019;500
"""

Warehouse = duckdb.DuckDBPyConnection
#: Made by their own SQL (see `rendered_models`).
MADE = ["departements", "regions", "int_referential__places", "int_referential__population"]


def unzipped(path: Path) -> list[str]:
    """The lines of a gzip text file."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def opened(home: Home) -> Warehouse:
    """The warehouse, read only, with the models of the referential on the search path."""
    connection = duckdb.connect(str(home.database), read_only=True)
    connection.execute("set search_path = 'vigie_intermediate,vigie_referential'")
    return connection


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the referential of the seeds, nothing landed."""
    home = Home(tmp_path_factory.mktemp("referential"))
    prepare_lake(home)
    count(home, MADE)
    return home


@pytest.fixture(scope="module")
def default(home: Home) -> list[tuple]:
    """The default population, before anything lands: level, code, sex, scheme, class, population, vintage."""
    with opened(home) as connection:
        return connection.execute(
            "select geo_level, geo_code, sex, age_scheme, age_class, population, population_vintage"
            " from int_referential__population where valid_to = date '9999-12-31'"
        ).fetchall()


@pytest.fixture(scope="module")
def landed(home: Home, default: list[tuple]) -> Iterator[Warehouse]:
    """The same home after vintages, IRIS and (where it is at hand) Insee's file have landed."""
    for feed, name, content in (
        ("population", "vintages.csv", CELLS.encode()),
        ("insee_iris", "iris.csv", IRIS.encode()),
        ("insee_population", "population.csv.gz", INSEE.read_bytes() if INSEE.exists() else None),
    ):
        if content:
            folder = home.landing / feed / RECEIVED.isoformat()
            folder.mkdir(parents=True)
            (folder / name).write_bytes(content)
    entries = {entry.feed: entry for entry in land(home, RECEIVED)}
    assert {entry.verdict for entry in entries.values()} == {"accepted"}, entries
    assert (entries["population"].rows_accepted, entries["population"].rows_rejected) == (32, 3)
    count(home, MADE)
    with opened(home) as connection:
        yield connection


def cells(connection: Warehouse, geo_level: str, geo_code: str) -> list[tuple]:
    """The all-ages, all-sexes rows of a place: population, vintage, first day, first day after."""
    return connection.execute(
        "select population, population_vintage, valid_from::varchar, valid_to::varchar"
        " from int_referential__population"
        " where geo_level = ? and geo_code = ? and sex = 'all' and age_scheme = 'all' order by valid_from",
        [geo_level, geo_code],
    ).fetchall()


def test_default_france_is_plausible(default: list[tuple]) -> None:
    france = [row for row in default if row[:5] == ("FRA", "FR", "all", "all", "all")]
    assert [row[6] for row in france] == ["COG 2026"]
    assert france[0][5] == pytest.approx(FRANCE_2020, rel=0.04)


def test_default_has_every_cell_of_the_specification(default: list[tuple]) -> None:
    # All ages, ten and fifteen years, school, VAC-SI, under and over 12.
    classes = 1 + 10 + 6 + 6 + 14 + 2
    by_level = defaultdict(int)
    for row in default:
        by_level[row[0]] += 1
    places = {"FRA": 1, "REG": 21, "DEP": 104}
    assert {level: by_level[level] for level in places} == {k: n * classes * 3 for k, n in places.items()}
    assert by_level["METRO"] == 22 * 3
    assert not [row for row in default if "unknown" in row]


def test_the_classes_of_a_scheme_are_the_population_of_the_place(default: list[tuple]) -> None:
    """Also those of VAC-SI, whose bounds are not among the bands of the other schemes."""
    total = {row[:3]: row[5] for row in default if row[3] == "all" and row[0] in ("FRA", "REG", "DEP")}
    for scheme in ("age10", "age15", "school", "vacsi", "vacsi12"):
        summed: dict[tuple, float] = defaultdict(float)
        for row in default:
            if row[3] == scheme:
                summed[row[:3]] += row[5]
        assert summed == pytest.approx(total), scheme


@pytest.mark.archive
def test_places_are_the_official_ones(landed: Warehouse) -> None:
    lines = unzipped(official_file(ARCHIVE, "reference/departement2020"))
    official = {tuple(line.split(",")[i] for i in (0, 1, 6)) for line in lines[1:]}
    ours = set(landed.execute("select dep, reg, dep_name from departements").fetchall())
    assert official < ours
    assert {dep for dep, _, _ in ours - official} == {"975", "977", "978"}
    published = unzipped(official_file(ARCHIVE, "sidep/sp-reg-day_2022-06-28"))
    regions = {line.split(";")[0] for line in published[1:]}
    assert regions == {reg for (reg,) in landed.execute("select reg_sidep from regions").fetchall()}


def test_a_vintage_replaces_its_cell_from_its_first_day_on(landed: Warehouse) -> None:
    assert cells(landed, "FRA", "FR") == [
        (FRANCE_2020, "Insee 2020", "1900-01-01", "2022-07-01"),
        (FRANCE_2022, "Insee 2022", "2022-07-01", "9999-12-31"),
    ]
    rows = landed.execute(
        "select population_vintage, valid_from::varchar, valid_to::varchar from int_referential__population"
        " where geo_code = '975' and geo_level = 'REG' and sex = 'M' and age_class = '90' order by valid_from"
    ).fetchall()
    assert rows == [("COG 2026", "1900-01-01", "2020-05-13"), ("Insee 2020", "2020-05-13", "9999-12-31")]


def test_a_cell_that_breaks_the_contract_changes_nothing(landed: Warehouse) -> None:
    assert [row[2:] for row in cells(landed, "DEP", "01")] == [("1900-01-01", "9999-12-31")]
    assert cells(landed, "DEP", "1") == []


def test_a_landed_list_replaces_the_synthetic_iris_of_its_communes(landed: Warehouse) -> None:
    paris = landed.execute(
        "select iris, com, is_synthetic, population, population_vintage from int_referential__places"
        " where dep = '75' order by iris"
    ).fetchall()
    assert paris == [
        ("751010101", "75056", False, 1000.25, "IRIS 2019"),
        ("751010102", "75056", False, 500.0, "IRIS 2019"),
    ]
    lyon = "select count(*), bool_and(is_synthetic) from int_referential__places where com = '69123'"
    ((count, synthetic),) = landed.execute(lyon).fetchall()
    assert count > 200 and synthetic


@pytest.mark.archive
def test_landed_insee_file_gives_the_exact_sums(landed: Warehouse) -> None:
    """Every département, sex and ten-year class that five-year classes make up, to the person."""
    official: dict[tuple[str, str, str], int] = defaultdict(int)
    rows = [line.split(";") for line in unzipped(INSEE)[1:]]
    latest = max(row[0] for row in rows)
    for year, dep, sex, population, ages in rows:
        if year == latest:
            decade = int(ages[:2]) // 10
            for age_class in ("all", f"{decade}9" if decade < 9 else "90"):
                official[dep, sex, age_class] += int(population)
    ours = landed.execute(
        "select geo_code, sex, age_class, population, population_vintage from int_referential__population"
        " where geo_level = 'DEP' and sex in ('F', 'M') and age_scheme in ('all', 'age10')"
    ).fetchall()
    insee = {row[:3]: row[3] for row in ours if row[4] == f"Insee {latest}"}
    assert insee == official
    assert {row[0] for row in ours if row[4] == "COG 2026"} == {"975", "977", "978"}
    total = landed.execute(
        "select population_vintage, sum(population) from int_referential__population"
        " where geo_level = 'FRA' and sex in ('F', 'M') and age_scheme = 'all' group by all"
    ).fetchall()
    everyone = sum(n for (_, _, age_class), n in official.items() if age_class == "all")
    elsewhere = 47_610  # 975, 977 and 978 in the list of communes
    assert total == [(f"COG 2026, Insee {latest}", everyone + elsewhere)]
