"""The SQL of a recipient's cut: which places, which days, and which numbers its class may have.

All of it runs in DuckDB, with one thread, so that the same release gives the same bytes.
"""

from collections.abc import Iterable, Sequence

import duckdb

from orchestration.home import PROJECT
from orchestration.landing.checking import literal, quoted
from orchestration.release.declarations import Indicator
from orchestration.release.series import as_published, where
from orchestration.routing.declarations import LOCAL, Figures

#: The last day of a period as files write it: 2020-09-07, 2020-S21, 2020-09-01-2020-09-07.
LAST_DAY = """
    case when {column}::varchar like '%S%' then try_strptime({column}::varchar || '-7', '%G-S%V-%u')::date
    else try_cast(right({column}::varchar, 10) as date) end
"""


def load_places(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `temp.places`: `level`, `code`, `dep`, `reg`, a row for each place that lies in one région.

    An EPCI of two régions lies in none: its figures would tell of persons of the other. Codes of régions are those of
    Insee and those that SI-DEP has for them. An IRIS lies where its commune does.
    """
    seeds = {
        name: f"read_csv({literal(PROJECT / 'seeds' / 'referential' / f'{name}.csv')}, all_varchar = true)"
        for name in ("regions", "departements", "communes", "commune_arrondissements")
    }
    connection.execute(
        f"""
        create or replace temp table places as
        with communes as (
            select communes.com, communes.epci, communes.dep, departements.reg
            from {seeds["communes"]} as communes
            inner join {seeds["departements"]} as departements using (dep)
        )

        select 'REG' as "level", unnest(list_distinct([reg, reg_sidep])) as code, null as dep, reg
        from {seeds["regions"]}
        union all
        select 'DEP', dep, dep, reg from {seeds["departements"]}
        union all
        select 'COM', com, dep, reg from communes
        union all
        select 'COM', parts.arr, communes.dep, communes.reg
        from {seeds["commune_arrondissements"]} as parts inner join communes using (com)
        union all
        select unnest(['EPCI', 'METRO']), epci, min(dep), min(reg)
        from communes where epci is not null group by epci having min(reg) = max(reg)
        """
    )


def in_regions(level: str, code: str, regions: Sequence[str]) -> str:
    """The condition that a place, by two SQL expressions, lies in one of the régions; true where there are none, which
    is the whole country."""
    if not regions:
        return "true"
    listed = ", ".join(literal(region) for region in regions)
    # An official file may have the code of a région as a number.
    place = f"case {level} when 'IRIS' then left({code}::varchar, 5) when 'REG' then lpad({code}::varchar, 2, '0') "
    place += f"else {code}::varchar end"
    of_level = f"case {level} when 'IRIS' then 'COM' else {level} end"
    return f'({of_level}, {place}) in (select ("level", code) from temp.places where reg in ({listed}))'


def last_day_of(column: str) -> str:
    """The SQL of the last day of a period that a column says."""
    return f"({LAST_DAY.format(column=quoted(column)).strip()})"


def cells_of(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    relation: str,
    parts: Iterable[Figures],
    regions: Sequence[str],
    since: str,
    threshold: int,
    touched: Sequence = (),
) -> None:
    """Make the table `temp.cells` of all that a recipient gets of an indicator: the columns of the contract.

    What is published is in it as it is. Of the other numbers none is that counts fewer than `threshold` persons, of
    whom it says how many there are or are not, nor one by which such a number would follow from the others:

    - the classes of a cross (sexes × ages × strata of a place and period) are given together or not at all;
    - where one place alone of those that make another one up would be left out, a second one is, the smallest of those
      that have some: beside a place with none the sum of both would be the number itself;
    - with a place or a total goes what it is made of.
    """
    parts = list(parts)
    wanted = " or ".join(f"({where(part)})" for part in parts)
    published = " or ".join(f"({where(part)})" for part in indicator.slices) or "false"
    # Of how many persons a cell tells; one that does not say it is not given beyond what is published.
    counts = ["numerator", "denominator"] + ([] if indicator.population else ["denominator - numerator"])
    small = " or ".join(f"({count} > 0 and {count} < {threshold})" for count in counts)
    connection.execute(
        f"""
        create or replace temp table chosen as
        with figures as (
            select {as_published(indicator, touched)}
            from {relation}
            where ({wanted}) and period_end >= date {literal(since)} and {in_regions("geo_level", "geo_code", regions)}
        )

        select
            figures.*, places.dep, places.reg,
            ({published}) as is_public, numerator is null or {small} as is_small, sex = 'all' as of_all_sexes
        from figures
        left join temp.places
            on places."level" = if(geo_level = 'IRIS', 'COM', geo_level)
            and places.code = if(geo_level = 'IRIS', left(geo_code, 5), geo_code)
        """
    )
    connection.execute(f"create or replace temp table cells as {CELLS}")
    connection.execute("drop table temp.chosen")


#: The figures of `temp.chosen` that may be given, as `cells_of` says it. A block is the cells of a cross in one place
#: and period; `held` are the blocks that are left out by themselves, or so that another one does not follow.
CELLS = f"""
    with blocks as (
        select
            geo_level, geo_code, period, period_end, of_all_sexes, age_scheme, stratum_scheme,
            bool_or(is_small) as is_small, min(numerator) as least,
            case when geo_level in ({", ".join(literal(level) for level in LOCAL)}) then any_value(dep)
                when geo_level = 'DEP' then any_value(reg) else '' end as lies_in
        from temp.chosen
        where not is_public
        group by geo_level, geo_code, period, period_end, of_all_sexes, age_scheme, stratum_scheme
    ),

    beside as (
        select
            *,
            count(*) filter (where is_small) over siblings = 1
            and row_number() over (
                partition by geo_level, lies_in, period, period_end, of_all_sexes, age_scheme, stratum_scheme, is_small
                order by least = 0, least, geo_code
            ) = 1 as is_second
        from blocks
        window siblings as (
            partition by geo_level, lies_in, period, period_end, of_all_sexes, age_scheme, stratum_scheme
        )
    ),

    held as (
        select * from beside where is_small or is_second
    ),

    left_out as (
        select chosen.rowid as cell
        from temp.chosen
        inner join held
            on chosen.period = held.period and chosen.period_end = held.period_end
            and (
                (held.geo_level = chosen.geo_level and held.geo_code = chosen.geo_code)
                or (held.geo_level = 'REG' and chosen.geo_level <> 'REG' and held.geo_code = chosen.reg)
                or (held.geo_level = 'DEP' and chosen.geo_level not in ('REG', 'DEP') and held.geo_code = chosen.dep)
            )
            and (held.of_all_sexes or not chosen.of_all_sexes)
            and held.age_scheme in ('all', chosen.age_scheme)
            and held.stratum_scheme in ('all', chosen.stratum_scheme)
        where not chosen.is_public
    )

    select * exclude (dep, reg, is_public, is_small, of_all_sexes)
    from temp.chosen
    where rowid not in (select cell from left_out)
"""
