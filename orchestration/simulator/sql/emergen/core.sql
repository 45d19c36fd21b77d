-- The sequences that alone give the counts. The survey is of the week of the sample; the day is that on which the sequence
-- is ready, six days after it.
create or replace table core as
select
    drawn.h,
    drawn.day + 6 as day,
    true as is_stable,
    1 as version,
    'new' as nature,
    platform_of(drawn.h) as platform,
    date_trunc('week', drawn.day)::date as survey,
    case when not occurs(drawn.h, 'unknown_place', getvariable('unknown_place')) then departements.reg end as region,
    case when not occurs(drawn.h, 'unknown_day', getvariable('unknown_day')) then drawn.day end as sampled_on,
    case when not occurs(drawn.h, 'uninterpretable', getvariable('uninterpretable')) then lineage_of(drawn.h, drawn.day) end
        as lineage,
    calendar.received_on
from drawn
inner join calendar on calendar.day = drawn.day + 6 + arrival_delay(uniform(drawn.h, 'arrival'), getvariable('late'))
left join slots on slots.slot = floor(1048576 * uniform(drawn.h, 'home'))::integer
left join departements on slots.dep = departements.dep;
