"""The SQL of a recipient's cut: which places, which days, and which numbers its class may have.

All of it runs in DuckDB, with one thread, so that the same release gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.home import PROJECT
from orchestration.landing.checking import literal, quoted
from orchestration.release.declarations import Indicator
from orchestration.release.series import as_published, where
from orchestration.routing.declarations import LOCAL, CountPolicy, Counts, Figures, Recipient

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


#: What identifies a figure of a place.
CELL = ("indicator", "period", "period_end", "sex", "age_scheme", "age_class", "stratum_scheme", "stratum")


@dataclass(frozen=True)
class Wanted:
    """What a recipient gets of an indicator, which stands in `relation`: the parts, since the first day of any of them
    (YYYY-MM-DD), with the days that incidents have `touched`."""

    indicator: Indicator
    relation: str
    parts: Sequence[Figures]
    since: str
    touched: Sequence = ()


def cells_of(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[Wanted], regions: Sequence[str], threshold: int
) -> None:
    """Make the table `temp.cells` of all figures that a recipient gets: the columns of the contract.

    Indicators of one source are judged together, since they may count the same persons: what is left out of one is of
    all of them. What is published is in it as it is. Of the other numbers none is that counts fewer than `threshold`
    persons, of whom it says how many there are or are not, nor one by which such a number would follow from the others:

    - the classes of a cross (sexes × ages × strata of a place and period) are given together or not at all;
    - where one place alone of those that make another one up would be left out, a second one is, the smallest of those
      that have some: beside a place with none the sum of both would be the number itself;
    - with a place or a total goes what it is made of;
    - what a département has beside its places that are given, of places of two régions or of none, is none or enough:
      else the smallest place that has some is left out as well.
    """
    chosen = " union all by name ".join(f"({_chosen(each, regions, threshold)})" for each in wanted)
    connection.execute(f"create or replace temp table chosen as {chosen}")
    around = " union all by name ".join(f"({_around(each, regions, threshold)})" for each in wanted)
    connection.execute(f"create or replace temp table around as {around}")
    connection.execute(f"create or replace temp table cells as {CELLS}")
    connection.execute("drop table temp.chosen; drop table temp.around")


def _counts_of(indicator: Indicator) -> str:
    """Of how many persons a figure tells."""
    return f"[numerator{'' if indicator.population else ', denominator, denominator - numerator'}]"


def _around(wanted: Wanted, regions: Sequence[str], threshold: int) -> str:
    """The figures of the départements in which the places of an indicator lie that are below them."""
    local = [part for part in wanted.parts if set(part.geo) & set(LOCAL)]
    rows = " or ".join(f"({where(part.model_copy(update={'geo': ['DEP']}))})" for part in local) or "false"
    return f"""
        select
            {literal(wanted.indicator.source)} as source, {threshold} as threshold, geo_code as dep,
            {", ".join(CELL)}, {_counts_of(wanted.indicator)} as counts
        from {wanted.relation}
        where ({rows}) and period_end >= date {literal(wanted.since)}
            and {in_regions("geo_level", "geo_code", regions)}
    """


def _chosen(wanted: Wanted, regions: Sequence[str], threshold: int) -> str:
    """The figures of an indicator, with where they lie, whether they are published and of few persons."""
    indicator = wanted.indicator
    rows = " or ".join(f"({where(part)})" for part in wanted.parts)
    published = " or ".join(f"({where(part)})" for part in indicator.slices) or "false"
    # Of how many persons a cell tells; one that does not say it is not given beyond what is published.
    counts = ["numerator", "denominator"] + ([] if indicator.population else ["denominator - numerator"])
    small = " or ".join(f"({count} > 0 and {count} < {threshold})" for count in counts)
    return f"""
        with figures as (
            select {as_published(indicator, wanted.touched)}
            from {wanted.relation}
            where ({rows}) and period_end >= date {literal(wanted.since)}
                and {in_regions("geo_level", "geo_code", regions)}
        )

        select
            figures.*, places.dep, places.reg, {literal(indicator.source)} as source,
            ({published}) as is_public, numerator is null or {small} as is_small, sex = 'all' as of_all_sexes,
            {_counts_of(indicator)} as counts
        from figures
        left join temp.places
            on places."level" = if(geo_level = 'IRIS', 'COM', geo_level)
            and places.code = if(geo_level = 'IRIS', left(geo_code, 5), geo_code)
    """


def counts_of(
    relation: str, policy: CountPolicy, declared: Counts, recipient: Recipient, since: str, threshold: int
) -> str:
    """The SQL of the numbers of a recipient's own hospitals, in its régions, a row for each hospital and week.

    None of them is of fewer than `threshold` persons. Beside the numbers of the département, which others may have,
    what is not given would be the number of the other hospitals, or of one that was left out: where these are few,
    nothing is given of that département and week.
    """
    hospital, place, day = (quoted(name) for name in (policy.hospital, policy.place, policy.day))
    own = f"{hospital} in ({', '.join(literal(each) for each in recipient.hospitals)})"
    inside = in_regions("'DEP'", place, recipient.regions)
    own += f" and {inside}"
    given, names = [], [quoted(measure) for measure in declared.measures]
    for name in names:
        enough = f"{own} and ({name} = 0 or {name} >= {threshold})"
        rest = f"(sum({name}) over beside - coalesce(sum({name}) filter ({enough}) over beside, 0))"
        few = f"{rest} > 0 and {rest} < {threshold}"
        given.append(f"case when {enough} and not ({few}) then {name} end as {name}")
    told = " or ".join(f"{name} is not null" for name in names)
    return f"""
        select * exclude (is_own) from (
            select {hospital}, {place}, {day}, {own} as is_own, {", ".join(given)}
            from {relation}
            where {day} >= date {literal(since)}
            window beside as (partition by {place}, {day})
        ) where is_own and ({told})
    """


#: The figures of `temp.chosen` that may be given, as `cells_of` says it. A block is the cells of a cross in one place
#: and period; `held` are the blocks that are left out by themselves, or so that another one does not follow.
CELLS = f"""
    with blocks as (
        select
            source, geo_level, geo_code, period, period_end, of_all_sexes, age_scheme, stratum_scheme,
            bool_or(is_small) as is_small, min(numerator) as least,
            case when geo_level in ({", ".join(literal(level) for level in LOCAL)}) then any_value(dep)
                when geo_level = 'DEP' then any_value(reg) else '' end as lies_in
        from temp.chosen
        where not is_public
        group by source, geo_level, geo_code, period, period_end, of_all_sexes, age_scheme, stratum_scheme
    ),

    beside as (
        select
            *,
            count(*) filter (where is_small) over siblings = 1
            and row_number() over (
                partition by
                    source, geo_level, lies_in, period, period_end, of_all_sexes, age_scheme, stratum_scheme, is_small
                order by least = 0, least, geo_code
            ) = 1 as is_second
        from blocks
        window siblings as (
            partition by source, geo_level, lies_in, period, period_end, of_all_sexes, age_scheme, stratum_scheme
        )
    ),

    held as (
        select * from beside where is_small or is_second
    ),

    left_out as (
        select chosen.rowid as cell
        from temp.chosen
        inner join held
            on chosen.source = held.source and chosen.period = held.period and chosen.period_end = held.period_end
            and (
                (held.geo_level = chosen.geo_level and held.geo_code = chosen.geo_code)
                or (held.geo_level = 'REG' and chosen.geo_level <> 'REG' and held.geo_code = chosen.reg)
                or (held.geo_level = 'DEP' and chosen.geo_level not in ('REG', 'DEP') and held.geo_code = chosen.dep)
            )
            and (held.of_all_sexes or not chosen.of_all_sexes)
            and held.age_scheme in ('all', chosen.age_scheme)
            and held.stratum_scheme in ('all', chosen.stratum_scheme)
        where not chosen.is_public
    ),

    kept as (
        select rowid as cell, * from temp.chosen where rowid not in (select cell from left_out)
    ),

    given as (
        select source, dep, geo_code, is_public, {", ".join(CELL)}, unnest(counts) as persons,
            generate_subscripts(counts, 1) as which
        from kept
        where geo_level in ({", ".join(literal(level) for level in LOCAL)})
    ),

    totals as (
        select * exclude (counts), unnest(counts) as persons, generate_subscripts(counts, 1) as which from temp.around
    ),

    rests as (
        select source, dep, which, {", ".join(CELL)}, any_value(threshold) as threshold,
            any_value(totals.persons) - coalesce(sum(given.persons), 0) as rest
        from totals left join given using (source, dep, which, {", ".join(CELL)})
        group by source, dep, which, {", ".join(CELL)}
    ),

    as_well as (
        select distinct source, geo_code, period, period_end from (
            select given.*
            from given
            inner join rests using (source, dep, which, {", ".join(CELL)})
            where not given.is_public and given.persons > 0 and rest > 0 and rest < threshold
            qualify row_number() over (
                partition by source, dep, which, {", ".join(CELL)} order by given.persons, given.geo_code
            ) = 1
        )
    )

    select kept.* exclude (cell, dep, reg, source, is_public, is_small, of_all_sexes, counts)
    from kept
    left join as_well using (source, geo_code, period, period_end)
    where is_public or as_well.geo_code is null
"""
