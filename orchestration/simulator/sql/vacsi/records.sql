-- Everything that is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
-- The same injection under another identifier, on the day or up to three weeks later: a dose more and no person.
with repeat_on as (
    select
        seeded(h, 'repeat_record') as r,
        * replace (least(day + pick(h, 'repeat_day', 21), getvariable('last_day')) as day)
    from core
    where occurs(h, 'repeat', getvariable('repeat'))
),

repeat as (
    select
        'repeat' as kind,
        repeat_on.* replace (calendar.received_on as received_on)
    from repeat_on
    inner join calendar on calendar.day = repeat_on.day + arrival_delay(uniform(repeat_on.r, 'arrival'), getvariable('late'))
)

select * from base_records
union all
select * from repeat
union all
select * from deleted_records
union all
select * from bad_row_records;
