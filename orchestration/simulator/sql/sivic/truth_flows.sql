-- The flows that the right pipeline finds: what was declared on each day, a stay once in each.
create or replace table truth_flows as
with firsts as (
    select
        stay,
        any_value(dep) as dep,
        any_value(case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end) as sex,
        min(day) filter (type = 'ADMISSION') as admitted_on,
        min(day) filter (unit = 'SOINS_CRITIQUES' and type <> 'TRANSFERT_ENTRANT') as critical_on,
        arg_min(type, step) filter (step in (5, 6)) as exit,
        min(day) filter (step in (5, 6)) as exited_on
    from core
    group by stay
    having bool_or(step = 1)
),

told as (
    select
        dep,
        sex,
        unnest(
            [
                {'day': admitted_on, 'incid': 'hosp'},
                {'day': critical_on, 'incid': 'rea'},
                {'day': exited_on, 'incid': case exit when 'RETOUR_DOMICILE' then 'rad' when 'DECES' then 'dc' end}
            ],
            recursive := true
        )
    from firsts
)

select
    day,
    dep,
    sex,
    count(*) filter (incid = 'hosp') as incid_hosp,
    count(*) filter (incid = 'rea') as incid_rea,
    count(*) filter (incid = 'rad') as incid_rad,
    count(*) filter (incid = 'dc') as incid_dc
from told
where day between getvariable('first_day') and getvariable('last_day') and incid is not null
group by all;
