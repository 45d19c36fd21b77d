-- The injections of each cell. Where ranks are not told, a scheme is complete by a second dose or, for a share, by the
-- first one; boosters are third, fourth and fifth doses. Where they are told, what is complete and what is a booster is
-- found among the doses there are, the usual ranks first, and among further ones that the file does not count.
create or replace table drawn as
with ranked as (
    select
        * exclude (dose2, dose3, dose4),
        dose2 is not null as has_ranks,
        least(dose1, complete, round(complete * getvariable('one_dose'))::bigint) as by_one_dose,
        booster1 + booster2 + booster3 + greatest(0, bivalent - booster1 - booster2 - booster3) as boosters,
        coalesce(dose2, complete - least(dose1, complete, round(complete * getvariable('one_dose'))::bigint)) as dose2,
        coalesce(dose3, booster1) as dose3,
        coalesce(dose4, booster2) as dose4
    from cells
),

further as (
    select
        *,
        greatest(0, complete - dose1 - dose2 - dose3 - dose4)
        + greatest(0, boosters - greatest(0, dose3 + dose4 - greatest(0, complete - dose1 - dose2))) as dose5,
        hash(hash(getvariable('seed')::bigint, 'vacsi', day_number(day), geo_level, geo_code, kind, class)) as cell
    from ranked
),

doses as (
    select
        * exclude (dose1, dose2, dose3, dose4, dose5, n),
        unnest(range(n)) as i
    from (
        select
            *,
            unnest([1, 2, 3, 4, 5]) as dose,
            unnest([dose1, dose2, dose3, dose4, dose5]) as n
        from further
    )
),

completed as (
    select
        *,
        row_number() over (partition by cell order by [2, 1, 3, 4, 5][dose], i) <= complete as is_complete
    from doses
),

boosted as (
    select
        *,
        row_number() over (partition by cell order by is_complete, [5, 4, 1, 2, 3][dose], i) as place
    from completed
)

select
    hash(hash(cell, dose, i)) as h,
    seeded(hash(hash(cell, dose, i)), 'person') as person,
    day,
    geo_level,
    geo_code,
    case kind when 'clage_vacsi' then class else 'any' end as age,
    case kind when 'sexe' then class else 'any' end as sex,
    case kind when 'vaccin' then class else 'any' end as product,
    dose,
    is_complete,
    case
        when place <= booster1 then 1
        when place <= booster1 + booster2 then 2
        when place <= booster1 + booster2 + booster3 then 3
        when place <= boosters then 4
        else 0
    end as booster,
    place <= boosters and place > boosters - bivalent as is_bivalent
from boosted;
