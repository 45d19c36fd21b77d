-- Ranks of the cases and of the negatives of the cells of some sampling days, whole.
create or replace table wanted as
with kinds as (
    select
        true as is_case,
        'P' as result
    union all
    select
        false,
        'N'
)

select
    cells.series,
    cells.cell,
    cells.day,
    cells.geo_level,
    cells.geo_code,
    cells.slot_from,
    cells.slot_to,
    cells.age,
    cells.age_from,
    cells.age_width,
    cells.sex,
    kinds.is_case,
    kinds.result,
    0::bigint as rank_from,
    case when kinds.is_case then cells.p else cells.t - cells.p end as rank_to,
    case when kinds.is_case then cells.stable_p else cells.stable_n end as stable,
    0 as generation,
    1 as version,
    'new' as nature,
    null::date as wanted_on
from keyed_cells as cells
cross join kinds
where cells.day between getvariable('batch_from') and getvariable('batch_to');
