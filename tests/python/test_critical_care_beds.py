"""The beds of the seed are those that give back the occupancy that was published, region by region and day by day."""

from __future__ import annotations

import duckdb
import pytest
from official_files import ARCHIVE, official_file
from small_epidemic import SEEDS

OCCUPANCY = official_file(ARCHIVE, "synthesis/indicateurs-dep-serie_2021-01-13")
STOCK = official_file(ARCHIVE, "sivic/donnees-hospitalieres-dep-sexe_2021-03-05")
FRANCE = official_file(ARCHIVE, "synthesis/table-indicateurs-open-data-france_2021-04-21")

pytestmark = pytest.mark.archive


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """Published occupancy and patients by region and day, with one decimal, and the seeds."""
    con = duckdb.connect()
    con.execute(f"""
        create table beds as select * from read_csv('{SEEDS / "critical_care_beds.csv"}', types = {{reg: varchar}});
        create table published as
        select
            departements.reg,
            occupancy.extract_date::date as day,
            any_value(try_cast(occupancy.taux_occupation_sae as double)) as rate,
            sum(stock.rea::int) as patients
        from read_csv('{OCCUPANCY}', all_varchar = true) as occupancy
        inner join read_csv('{SEEDS / "departements.csv"}', all_varchar = true) as departements
            on departements.dep = occupancy.departement
        inner join read_csv('{STOCK}', all_varchar = true, delim = ';') as stock
            on stock.dep = occupancy.departement and stock.jour = occupancy.extract_date and stock.sexe = '0'
        group by all
        having rate is not null
    """)
    return con


def test_beds_give_back_the_published_occupancy(connection) -> None:
    """No other number of beds gives it back on as many days: all of them, but for 20 days of Normandie."""
    found = connection.execute("""
        select reg, beds.beds, candidate, count(*) as days,
            count(*) filter (abs(round(100.0 * patients / candidate, 1) - rate) < 0.051) as right_days
        from published inner join beds using (reg), range(1, 1500) as candidates (candidate)
        group by reg, beds.beds, candidate
        qualify row_number() over (partition by reg order by right_days desc, candidate) = 1
    """).fetchall()
    assert len(found) == 18
    assert {reg: best for reg, _, best, _, _ in found} == {reg: beds for reg, beds, _, _, _ in found}
    assert {reg: days - right for reg, _, _, days, right in found if right < days} == {"28": 20}


def test_beds_sum_to_the_national_denominator(connection) -> None:
    """5,058: published occupancies are whole numbers of patients over it, on 396 of 400 days those of the same file."""
    [(beds,)] = connection.execute("select sum(beds) from beds").fetchall()
    assert beds == 5058
    found = connection.execute(
        f"""
        select
            count(*),
            count(*) filter (abs("TO" * 5058 - round("TO" * 5058)) < 1e-6),
            count(*) filter (round("TO" * 5058) = rea)
        from read_csv('{FRANCE}')
        where "TO" is not null
        """
    ).fetchall()
    assert found == [(400, 400, 396)]
