-- The analyses that alone give the ratios: the virus in what so many people shed comes in waves, each plant a little before
-- or after the others; nitrogen follows the people, and rain thins both.
create or replace table core as
with described as (
    select
        *,
        round(20000 + 900000 * power(uniform(plant_key, 'size'), 2), -2)::integer as population,
        1 - 0.6 * occurs(h, 'rain', getvariable('rain'))::integer as thinned,
        exp(7.5 + 1.2 * sin((day_number(day) + pick(plant_key, 'phase', 15)) / 18.0) + uniform(h, 'load') - 0.5) as shed
    from drawn
),

measured as (
    select
        *,
        round(thinned * (35 + 30 * uniform(h, 'nitrogen')), 1)::decimal(9, 2) as nitrogen,
        not occurs(h, 'not_quantified', getvariable('not_quantified')) as is_quantified
    from described
)

select
    measured.* exclude (plant_key, thinned, shed, dep),
    case when not occurs(measured.h, 'unknown_place', getvariable('unknown_place')) then measured.dep end as dep,
    'LAB' || (1 + pick(measured.plant_key, 'laboratory', 4)) as laboratory,
    case
        when measured.is_quantified then greatest(1, round(measured.shed * measured.nitrogen))::integer
        else 20000
    end as viral_load,
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from measured
inner join calendar
    on calendar.day = measured.day + arrival_delay(uniform(measured.h, 'arrival'), getvariable('late'));
