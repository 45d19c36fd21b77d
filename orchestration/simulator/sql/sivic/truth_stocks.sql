-- The stocks that the right pipeline finds in the delivered events of the core, by the definitions of the dictionary:
-- each stay counts by the last event declared.
create or replace table truth_stocks as
with delivered as (
    select
        * replace (greatest(day, getvariable('first_day') - 1) as day)
    from core
    where day <= getvariable('last_day')
    qualify bool_or(step = 1) over (partition by stay)
),

states as (
    select
        *,
        lead(day) over (partition by stay order by step) as until_day,
        type in ('ADMISSION', 'TRANSFERT_ENTRANT', 'CHANGEMENT_UNITE') as is_present
    from delivered
),

changes as (
    select
        day,
        dep,
        sexe,
        is_present::integer as hosp,
        (is_present and unit = 'SOINS_CRITIQUES')::integer as rea,
        (type = 'RETOUR_DOMICILE')::integer as rad,
        (type = 'DECES')::integer as dc
    from states
    union all
    select
        until_day,
        dep,
        sexe,
        -is_present::integer,
        -(is_present and unit = 'SOINS_CRITIQUES')::integer,
        -(type = 'RETOUR_DOMICILE')::integer,
        -(type = 'DECES')::integer
    from states
    where until_day is not null
),

grid as (
    select
        days.day::date as day,
        places.dep,
        places.sexe
    from (select distinct dep, sexe from changes) as places
    cross join (select unnest(range((getvariable('first_day') - 1)::timestamp, getvariable('last_day') + interval 1 day,
        interval 1 day)) as day) as days
),

daily as (
    select
        grid.day,
        grid.dep,
        grid.sexe,
        coalesce(sum(changes.hosp), 0) as hosp,
        coalesce(sum(changes.rea), 0) as rea,
        coalesce(sum(changes.rad), 0) as rad,
        coalesce(sum(changes.dc), 0) as dc
    from grid
    left join changes
        on grid.day = changes.day and grid.dep = changes.dep and grid.sexe is not distinct from changes.sexe
    group by all
)

select
    day,
    dep,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    (sum(hosp) over upto)::bigint as hosp,
    (sum(rea) over upto)::bigint as rea,
    (sum(rad) over upto)::bigint as rad,
    (sum(dc) over upto)::bigint as dc
from daily
window upto as (partition by dep, sexe order by day)
qualify day >= getvariable('first_day');
