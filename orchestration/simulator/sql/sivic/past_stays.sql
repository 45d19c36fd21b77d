-- Stays that were over before the first day, of which the cumulative stocks tell, and those transferred out of which
-- the outcome becomes known in the asked days.
create or replace table past_stays as
with numbers as (
    select
        dep,
        sex,
        null::date as day,
        unnest([
            {'exit': 'RETOUR_DOMICILE', 'outcome': null, 'persons': rad},
            {'exit': 'DECES', 'outcome': null, 'persons': dc}
        ], recursive := true)
    from stock_cells
    where day = getvariable('first_day') - 1
    union all
    select
        dep,
        sex,
        day,
        unnest([
            {'exit': 'TRANSFERT_SORTANT', 'outcome': 'RETOUR_DOMICILE', 'persons': greatest(rad_beside, 0)},
            {'exit': 'TRANSFERT_SORTANT', 'outcome': 'DECES', 'persons': greatest(dc_beside, 0)}
        ], recursive := true)
    from allotted
),

persons as (
    select
        *,
        hash(
            hash(getvariable('seed')::bigint, dep, sex, exit, outcome, day_number(coalesce(day, date '2020-01-01')), i)
        ) as h
    from (
        select
            * exclude (persons),
            unnest(range(persons)) as i
        from numbers
    )
),

dated as (
    select
        *,
        getvariable('first_day') - 1
        - case
            when outcome is null
                then floor(uniform(h, 'exited') * greatest(getvariable('first_day') - date '2020-03-18', 1))::integer
            else pick(h, 'transferred', 10)
        end as exited_on
    from persons
)

select
    h,
    dep,
    sex,
    'ADMISSION' as entry,
    false as is_critical_entry,
    (exited_on - 1 - pick(h, 'nights', 14))::date as entered_on,
    null::date as critical_on,
    null::date as stepped_on,
    exit,
    exited_on::date as exited_on,
    outcome,
    day as outcome_on,
    null::date as removed_on
from dated;
