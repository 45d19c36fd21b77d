-- The reports that give official counts to date, falls included. The persons counted are numbered, and dealt out to sixty
-- homes at a time; of those of one home so many in a row are an episode. What an episode has counted on a day is how many
-- of its numbers the count of the day reaches: when that falls, those that were reached last go. There is a report on each
-- day on which the count of an episode changes.
create or replace table series as
with days as (
    select
        told.day,
        last_value(told.deaths ignore nulls) over (order by told.day) as deaths,
        last_value(told.cases ignore nulls) over (order by told.day) as cases
    from official_rows as told
)

select
    'deaths' as what,
    3 as size,
    day,
    deaths as counted
from days
union all
select
    'cases',
    20,
    day,
    cases
from days
where (select bool_or(told.cases is not null) from official_rows as told);

create or replace table drawn as
with homes as (
    select
        series.what,
        series.size,
        series.day,
        home,
        (coalesce(series.counted, 0) + 59 - home) // 60 as counted,
        lag((coalesce(series.counted, 0) + 59 - home) // 60, 1, 0) over (
            partition by series.what, home order by series.day
        ) as counted_before
    from series
    cross join (select unnest(range(60)) as home) as homes
),

changed as (
    select
        *,
        unnest(
            range(
                least(counted, counted_before) // size,
                (greatest(counted, counted_before) + size - 1) // size
            )
        ) as number_of_home
    from homes
    where counted <> counted_before
),

told as (
    select
        hash(hash(getvariable('seed')::bigint, 'survesms', home, number_of_home)) as episode,
        day,
        max(least(greatest(counted - number_of_home * size, 0), size)) filter (what = 'deaths') as deaths,
        max(least(greatest(counted - number_of_home * size, 0), size)) filter (what = 'cases') as cases
    from changed
    group by home, number_of_home, day
),

carried as (
    select
        episode,
        day,
        coalesce(last_value(deaths ignore nulls) over in_order, 0)::integer as deaths_home,
        last_value(cases ignore nulls) over in_order as cases,
        row_number() over in_order - 1 as number,
        lead(day) over in_order is null as is_last
    from told
    window in_order as (partition by episode order by day)
)

select
    hash(hash(episode, number)) as h,
    episode,
    episode as establishment,
    0 as parity,
    day,
    number::integer as number,
    case
        when number = 0 then 'INITIAL'
        when is_last and not occurs(episode, 'unclosed', getvariable('unclosed')) then 'CLOTURE'
        else 'SUIVI'
    end as stage,
    30 + pick(episode, 'residents', 90) as residents,
    20 + pick(episode, 'staff', 60) as staff,
    -- Where the file tells no cases there are some all the same.
    case
        when (select bool_or(told.cases is not null) from official_rows as told) then coalesce(cases, 0)
        else deaths_home + 2
    end::integer as residents_confirmed,
    pick(h, 'possible', 4) as residents_possible,
    deaths_home + pick(episode, 'staff_cases', 4) as staff_confirmed,
    pick(h, 'staff_possible', 3) as staff_possible,
    deaths_home,
    pick(episode, 'hospital', 2) as deaths_hospital
from carried
union all
-- One home reports every day, so that no day is without a report: of a case that is never confirmed.
select
    hash(hash(getvariable('seed')::bigint, 'survesms', day)),
    hash(hash(getvariable('seed')::bigint, 'survesms', 'every day')),
    hash(hash(getvariable('seed')::bigint, 'survesms', 'every day')),
    0,
    day,
    row_number() over (order by day) - 1,
    case when row_number() over (order by day) = 1 then 'INITIAL' else 'SUIVI' end,
    40,
    30,
    0,
    1,
    0,
    0,
    0,
    0
from series
where what = 'deaths';
