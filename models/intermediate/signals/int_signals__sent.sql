-- Rows received by feed, and by sender, on each day since the first one, zero included. Of senders of whom too few
-- rows are known nothing can be said; feeds that are not sent in the rhythm of the week are left out.
with received as (

    select
        feed,
        sender,
        day,
        sum(observed) as observed
    from {{ ref('int_signals__received') }}
    where measure = 'rows' and feed in ({{ rhythmic_feeds() }})
    group by grouping sets ((feed, day), (feed, sender, day))
    having grouping(sender) = 1 or sender is not null

),

-- Too few rows of a sender say nothing.
senders as (

    select
        feed,
        sender,
        min(day) as first_day
    from received
    group by feed, sender
    having sum(observed) >= {{ var('signals').least.sender_rows }}

),

int_signals__sent as (

    select
        days.*,
        senders.sender,
        coalesce(received.observed, 0) as observed
    from senders
    inner join {{ ref('int_signals__days') }} as days on senders.feed = days.feed and senders.first_day <= days.day
    left join received
        on
            senders.feed = received.feed
            and senders.sender is not distinct from received.sender
            and days.day = received.day

)

select * from int_signals__sent
