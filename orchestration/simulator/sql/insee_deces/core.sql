-- The deaths that alone give the counts. Those of the past were transmitted long ago, and are received on the first day.
create or replace table core as
with described as (
    select
        *,
        case
            when occurs(h, 'unknown_age', getvariable('unknown_age')) then null
            when uniform(h, 'old') < 0.82 then 65 + floor(38 * power(uniform(h, 'age'), 0.8))::integer
            else floor(65 * power(uniform(h, 'age'), 0.3))::integer
        end as years,
        case
            when occurs(h, 'unknown_sex', getvariable('unknown_sex')) then null
            when uniform(h, 'sex') < 0.5 then 'F'
            else 'H'
        end as sexe,
        day + transmission_delay(h, transmits_since is not null) as transmitted_on
    from drawn
)

select
    described.h,
    described.day,
    -- What was taken over at once is as it is.
    not described.is_history as is_stable,
    1 as version,
    'new' as nature,
    described.dep,
    described.com,
    described.transmits_since,
    described.years,
    described.sexe,
    -- What is received on the last day, because a truth says so, was transmitted by then.
    least(described.transmitted_on, calendar.received_on) as transmitted_on,
    described.is_history,
    calendar.received_on
from described
inner join calendar
    on calendar.day = greatest(described.transmitted_on, getvariable('first_day'))
where not described.is_history or described.transmitted_on < getvariable('first_day');
