-- A feed, or a sender, that sends far more rows of long ago than it usually does: what was not told for days is told
-- at once. Square roots of counts, as in `signal_volume`, over the mean of the days before.
{%- set settings = var('signals') %}

with counted as (

    select
        feed,
        sender,
        day,
        sum(observed) as observed
    from {{ ref('int_signals__received') }}
    where measure = 'late'
    group by grouping sets ((feed, day), (feed, sender, day))
    having grouping(sender) = 1 or sender is not null

),

usual as (

    select
        *,
        -- A day without a row of the sender is a day without a late one.
        coalesce(sum(observed) over days_before, 0) / {{ settings.spread_days }} as expected,
        coalesce(max(observed) over days_before, 0) as most
    from counted
    window days_before as (
        partition by feed, sender order by day
        range between interval {{ settings.spread_days }} day preceding and interval 1 day preceding
    )

),

scored as (

    select
        *,
        'catch_up' as signal,
        'late' as measure,
        2 * (sqrt(observed + 0.375) - sqrt(greatest(expected, most) + 0.375)) as score
    from usual

),

signal_catch_up as (

    {{ told_signals('scored', ['observed >= ' ~ settings.least.late], first_day='null') }}

)

select * from signal_catch_up
