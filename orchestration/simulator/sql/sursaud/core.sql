-- The visits or acts that alone give the counts, with their sender and the day on which they are received.
create or replace table core as
with sent as (
    select
        drawn.*,
        sender_of(drawn.dep, sender_number(drawn.h, senders.senders)) as sender,
        day_number(drawn.day) * 1440 + pick(drawn.h, 'minute', 1440) as minute,
        drawn.day + receipt_delay(drawn.h, getvariable('late')) as arrives_on
    from drawn
    inner join senders on drawn.dep = senders.dep
)

select
    sent.h,
    sent.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    sent.dep,
    sent.sender,
    sent.minute,
    sent.age,
    sent.sexe,
    sent.kind <> 'other' as is_covid,
    case
        when sent.kind = 'hospitalised' then true
        when sent.kind = 'covid' then false
        else occurs(sent.h, 'hospitalised', 0.2)
    end as is_hospitalised,
    true as is_coded,
    silences.sender is not null as is_caught_up,
    calendar.received_on
from sent
left join silences
    on
        sent.sender = silences.sender
        and sent.arrives_on >= silences.silent_from
        and sent.arrives_on < silences.told_on
inner join calendar on calendar.day = coalesce(silences.told_on, sent.arrives_on);
