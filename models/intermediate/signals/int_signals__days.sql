-- One row per feed and day, from its first receipt to the last day on which any feed received something: a feed that
-- has fallen silent has days too. A quiet day is a public holiday or follows one: what was done on it arrives in these
-- days.
with feeds as (

    select
        feed,
        min(day) as first_day,
        max(day) as last_received_on
    from {{ ref('int_signals__received') }}
    group by feed

),

days as (

    select
        feeds.feed,
        feeds.last_received_on,
        unnest(generate_series(feeds.first_day, calendar.last_day, interval 1 day))::date as day
    from feeds
    cross join {{ ref('int_signals__calendar') }} as calendar

),

quiet_days as (

    select distinct day + unnest(range({{ var('signals').holiday_days }} + 1))::integer as day
    from {{ ref('public_holidays') }}

),

int_signals__days as (

    select
        days.feed,
        days.day,
        days.last_received_on,
        quiet_days.day is not null as is_quiet
    from days
    left join quiet_days on days.day = quiet_days.day

)

select * from int_signals__days
