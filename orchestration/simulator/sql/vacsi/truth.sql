-- The counts that the right pipeline finds: people once for each thing, by the core alone, and every dose given, those
-- entered twice too.
create or replace table truth_counts as
with given_doses as (
    select
        *,
        true as is_core
    from core
    union all
    select
        * exclude (kind, r),
        false as is_core
    from records
    where kind = 'repeat'
)

select
    given_doses.day,
    coalesce(given_doses.dep, 'unknown') as dep,
    coalesce(classes.code, 'unknown') as age,
    case given_doses.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    coalesce(given_doses.vaccin, 'unknown') as vaccine,
    coalesce(given_doses.target_group, 'OTHER') as target_group,
    count(*) as doses,
    count(*) filter (is_core and dose = 1) as dose1,
    count(*) filter (is_core and dose = 2) as dose2,
    count(*) filter (is_core and dose = 3) as dose3,
    count(*) filter (is_core and dose = 4) as dose4,
    count(*) filter (is_core and is_complete) as complete,
    count(*) filter (is_core and booster = 1) as booster1,
    count(*) filter (is_core and booster = 2) as booster2,
    count(*) filter (is_core and booster = 3) as booster3,
    count(*) filter (is_core and booster > 0 and vaccin in ('8', '9', '12')) as bivalent
from given_doses
left join vacsi_classes as classes on given_doses.years between classes.age_from and classes.age_to
group by all;
