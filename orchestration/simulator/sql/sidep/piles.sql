-- Ranks of a pile below which nothing is ever taken away: records that disturbances may lean on.
create or replace table keyed_cells as
with floors as (
    select
        day,
        geo_code,
        age,
        sex,
        coalesce(min(p) filter (where p < p_reached), max(p)) as stable_p,
        coalesce(min(n) filter (where n < n_reached), max(n)) as stable_n
    from heights
    group by all
)

select keyed_cells.* replace (floors.stable_p as stable_p, floors.stable_n as stable_n)
from keyed_cells
inner join floors
    on
        keyed_cells.day = floors.day
        and keyed_cells.geo_code = floors.geo_code
        and keyed_cells.age = floors.age
        and keyed_cells.sex = floors.sex;

-- Records that stand in a pile at another rank than the one they were born at (a result that changed), or that
-- took a rank again after a deletion (generation above 0).
create or replace table moved (
    cell ubigint,
    is_case boolean,
    rank bigint,
    born_case boolean,
    born_rank bigint,
    generation integer,
    version integer
);
