-- Everything that is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
with base as (
    select
        'base' as kind,
        h as r,
        *
    from core
    where
        is_corrected('base', is_stable, nature, h)
        or occurs(xor(h, version::ubigint), 'resend', getvariable('resend'))
),

-- The same injection under another identifier, on the day or up to three weeks later: a dose more and no person.
repeat_on as (
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
),

-- Entered by mistake, then deleted.
deletion as (
    select
        'deletion' as kind,
        seeded(h, 'deletion_record') as r,
        *
    from core
    where occurs(h, 'deletion', getvariable('deletion'))
),

bad_row as (
    select
        'bad_row' as kind,
        seeded(h, 'bad_row_record') as r,
        *
    from core
    where occurs(h, 'bad_row', getvariable('bad_row'))
)

select * from base
union all
select * from repeat
union all
select * from deletion
union all
select * from bad_row;
