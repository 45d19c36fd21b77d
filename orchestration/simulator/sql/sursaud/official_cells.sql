-- The published counts as numbers of three kinds that exclude each other, those of all ages with their men and women.
create or replace table cells as
select
    dep,
    day,
    age,
    unnest(
        [
            {'kind': 'hospitalised', 'visits': hospit, 'men': hospit_h, 'women': hospit_f},
            {
                'kind': 'covid',
                'visits': corona - hospit,
                'men': corona_h - hospit_h,
                'women': corona_f - hospit_f
            },
            {'kind': 'other', 'visits': tot - corona, 'men': tot_h - corona_h, 'women': tot_f - corona_f}
        ],
        recursive := true
    )
from official_rows;

-- Each record of them: the classes of age one after the other as far as the total goes, what is left of no class. The
-- men and women of a kind are drawn among all its ages.
create or replace table drawn as
with totals as (
    select * exclude (age) from cells
    where age = '0' and visits > 0
),

pieces as (
    select
        dep,
        day,
        kind,
        age,
        visits
    from cells
    where age <> '0'
    union all
    select
        dep,
        day,
        kind,
        null,
        visits
    from totals
),

ranked as (
    select
        totals.*,
        pieces.age,
        sum(pieces.visits) over (
            partition by totals.dep, totals.day, totals.kind
            order by pieces.age nulls last
            rows unbounded preceding
        ) - pieces.visits as rank_from,
        pieces.visits as more
    from totals
    inner join pieces on totals.dep = pieces.dep and totals.day = pieces.day and totals.kind = pieces.kind
),

counted as (
    select
        * exclude (rank_from, more),
        unnest(range(rank_from::bigint, least(rank_from + more, visits)::bigint)) as i
    from ranked
    where rank_from < visits
),

keyed as (
    select
        *,
        hash(hash(hash(getvariable('seed')::bigint, getvariable('feed'), day_number(day), dep, kind), i)) as h
    from counted
),

mixed as (
    select
        *,
        row_number() over (partition by dep, day, kind order by seeded(h, 'sex'), i) as position
    from keyed
)

select
    day,
    dep,
    kind,
    age_number(age, h) as age,
    case when position <= men then 'H' when position <= men + women then 'F' end as sexe,
    h
from mixed;
