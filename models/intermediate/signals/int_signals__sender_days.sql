-- Rows received by feed and by sender on each day, zero included, and how many were expected, as known on that day. Of
-- a sender: the mean of the same weekdays before, times what the senders of the feed send today of theirs (the
-- median), so that neither the rhythm of the week, nor a holiday, nor the epidemic is a signal. Of a feed: the rows of
-- the same weekday one, two and three weeks before, each brought forward by the growth from week to week, and of these
-- the median. After the comparison with the same period of the past of Stroup et al., Statistics in Medicine 8 (1989),
-- 323-329.
{{ config(materialized='table') }}

{%- set settings = var('signals') %}

with compared as (

    select
        *,
        case when not is_quiet then observed end as on_plain_days,
        lag(case when not is_quiet then observed end, 7) over in_order as week_before,
        lag(case when not is_quiet then observed end, 14) over in_order as two_before,
        lag(case when not is_quiet then observed end, 21) over in_order as three_before
    from {{ ref('int_signals__sent') }}
    window in_order as (partition by feed, sender order by day)

),

-- Of a sender of whom fewer than three such weekdays are known nothing is expected.
usual as (

    select
        *,
        case when count(on_plain_days) over same_weekdays >= 3 then avg(on_plain_days) over same_weekdays end as usual,
        coalesce(
            sum(case when week_before is not null then on_plain_days end) over last_days
            / nullif(sum(case when on_plain_days is not null then week_before end) over last_days, 0),
            1
        ) as growth
    from compared
    window
        last_days as (
            partition by feed, sender order by day
            range between interval {{ settings.growth_days }} day preceding and interval 1 day preceding
        ),
        same_weekdays as (
            partition by feed, sender, isodow(day) order by day
            range between interval {{ settings.usual_days }} day preceding and interval 1 day preceding
        )

),

of_all as (

    select
        feed,
        day,
        median(observed / usual) as moved
    from usual
    where sender is not null and usual >= 1
    group by feed, day
    having count(*) >= {{ settings.least.senders }}

),

int_signals__sender_days as (

    select
        usual.feed,
        usual.sender,
        usual.day,
        usual.is_quiet,
        usual.observed,
        case
            when usual.sender is not null then usual.usual * coalesce(of_all.moved, 1)
            else list_median([week_before * grown, two_before * grown ^ 2, three_before * grown ^ 3])
        end as expected
    from (
        select
            *,
            greatest({{ settings.growth[0] }}, least({{ settings.growth[1] }}, growth)) as grown
        from usual
    ) as usual
    left join of_all on usual.feed = of_all.feed and usual.day = of_all.day

)

select * from int_signals__sender_days
