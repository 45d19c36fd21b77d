-- The share `silence` of the senders tells nothing for three to nine days, then everything on one day.
create or replace table silences as
with every_sender as (
    select
        dep,
        unnest(range(1, senders + 1)) as number
    from senders
),

drawn as (
    select
        sender_of(dep, number) as sender,
        hash(hash(getvariable('seed')::bigint, sender_of(dep, number))) as h,
        getvariable('last_day') - getvariable('first_day') as days
    from every_sender
)

select
    sender,
    getvariable('first_day') + pick(h, 'silent_from', greatest(days - 2, 1)) as silent_from,
    silent_from + 3 + pick(h, 'silent_days', 7) as told_on
from drawn
where occurs(h, 'silence', getvariable('silence'));

-- In a share of the départements one more sender never codes a diagnosis.
create or replace table never_coding as
select
    dep,
    sender_of(dep, senders + 1) as sender
from senders
where occurs(hash(hash(getvariable('seed')::bigint, dep)), 'never_codes', getvariable('never_codes'));
