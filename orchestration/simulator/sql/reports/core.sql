-- The reports that alone give the figures, each with the day on which it is received.
create or replace table core as
with drawn as (
    select * from asked
    qualify row_number() over (order by h) <= getvariable('reports')
)

select
    drawn.*,
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from drawn
inner join calendar
    on calendar.day = drawn.day + 1 + arrival_delay(uniform(drawn.h, 'arrival'), getvariable('late'));
