-- What leads from one publication to the next, as ranks of the piles (table `changes`, the columns of `wanted`).
create or replace table steps as
select
    keyed_cells.* exclude (p, t),
    heights.p,
    heights.n,
    heights.p_before,
    heights.n_before,
    coalesce(heights.p_reached, 0) as p_reached,
    coalesce(heights.n_reached, 0) as n_reached,
    -- Results that change: as many as one count loses and the other gains.
    least(greatest(heights.p - heights.p_before, 0), greatest(heights.n_before - heights.n, 0)) as to_positive,
    least(greatest(heights.p_before - heights.p, 0), greatest(heights.n - heights.n_before, 0)) as to_negative
from heights
inner join keyed_cells
    on
        heights.day = keyed_cells.day
        and heights.geo_code = keyed_cells.geo_code
        and heights.age = keyed_cells.age
        and heights.sex = keyed_cells.sex
where
    heights.number = getvariable('publication')
    and (heights.p <> heights.p_before or heights.n <> heights.n_before);

-- Records taken off a pile: those that change their result first, then those that are deleted.
create or replace table taken as
with piles as (
    select
        cell,
        true as is_case,
        p as height,
        p_before as height_before,
        to_negative as flips,
        n_before as other_height
    from steps
    union all
    select
        cell,
        false,
        n,
        n_before,
        to_positive,
        p_before
    from steps
),

ranks as (
    select
        * exclude (height_before),
        unnest(range(height, height_before)) as rank
    from piles
    where height < height_before
)

select
    ranks.cell,
    ranks.is_case,
    ranks.rank,
    ranks.rank - ranks.height < ranks.flips as is_flip,
    ranks.other_height + ranks.rank - ranks.height as other_rank,
    coalesce(moved.born_case, ranks.is_case) as born_case,
    coalesce(moved.born_rank, ranks.rank) as born_rank,
    coalesce(moved.generation, 0) as generation,
    coalesce(moved.version, 1) as version
from ranks
left join moved
    on
        ranks.cell = moved.cell
        and ranks.is_case = moved.is_case
        and ranks.rank = moved.rank;

create or replace table changes as
with added as (
    select
        *,
        true as is_case,
        'P' as result,
        p_before + to_positive as rank_from,
        p as rank_to,
        p_reached as reached,
        stable_p as stable
    from steps
    union all
    select
        *,
        false,
        'N',
        n_before + to_negative,
        n,
        n_reached,
        stable_n
    from steps
),

-- A rank that was taken away once is given to a record of a new generation.
added_parts as (
    select
        * replace (greatest(rank_from, reached) as rank_from),
        0 as generation,
        1 as version,
        'new' as nature
    from added
    where rank_to > greatest(rank_from, reached)
    union all
    select
        * replace (least(rank_to, reached) as rank_to),
        getvariable('publication'),
        1,
        'new'
    from added
    where least(rank_to, reached) > rank_from
),

changed as (
    select
        steps.*,
        taken.born_case as is_case,
        case when taken.is_case = taken.is_flip then 'N' else 'P' end as result,
        taken.born_rank as rank_from,
        taken.born_rank + 1 as rank_to,
        0 as stable,
        taken.generation,
        taken.version + 1 as version,
        case when taken.is_flip then 'correction' else 'deletion' end as nature
    from taken
    inner join steps on taken.cell = steps.cell
)

select
    series,
    cell,
    day,
    geo_level,
    geo_code,
    slot_from,
    slot_to,
    age,
    age_from,
    age_width,
    sex,
    is_case,
    result,
    rank_from,
    rank_to,
    stable,
    generation,
    version,
    nature,
    getvariable('published_on') as wanted_on
from added_parts
union all
select
    series,
    cell,
    day,
    geo_level,
    geo_code,
    slot_from,
    slot_to,
    age,
    age_from,
    age_width,
    sex,
    is_case,
    result,
    rank_from,
    rank_to,
    stable,
    generation,
    version,
    nature,
    getvariable('published_on')
from changed;

delete from moved
using taken
where moved.cell = taken.cell and moved.is_case = taken.is_case and moved.rank = taken.rank;

insert into moved
select
    cell,
    not is_case,
    other_rank,
    born_case,
    born_rank,
    generation,
    version + 1
from taken
where is_flip
union all
select
    cell,
    is_case,
    unnest(range(rank_from, rank_to)),
    is_case,
    unnest(range(rank_from, rank_to)),
    generation,
    1
from changes
where nature = 'new' and generation > 0;
