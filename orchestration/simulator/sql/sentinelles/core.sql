-- The reports that alone give the estimates.
create or replace table core as
with located as (
    select
        drawn.* exclude (practice_key),
        case
            when not occurs(drawn.practice_key, 'unknown_place', getvariable('unknown_place')) then departements.reg
        end as reg,
        (500 + 1500 * uniform(drawn.practice_key, 'size') * (0.4 + 0.6 * uniform(drawn.h, 'days')))::integer as patients,
        0.004 + 0.003 * sin((day_number(drawn.day) + pick(hash(departements.reg), 'phase', 30)) / 30.0) as level
    from drawn
    inner join slots on slots.slot = floor(1048576 * uniform(drawn.practice_key, 'home'))::integer
    inner join departements on slots.dep = departements.dep
),

seen as (
    select
        *,
        events(patients * level, h, 'cases') as cases
    from located
),

sampled as (
    select
        *,
        least(cases, pick(h, 'samples', 4)) as samples
    from seen
)

select
    sampled.* exclude (level),
    floor((sampled.samples + 1) * power(uniform(sampled.h, 'positives'), 2.5))::integer as positives,
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from sampled
inner join calendar on calendar.day = sampled.day + arrival_delay(uniform(sampled.h, 'arrival'), getvariable('late'));
