-- What the last run of a feed changed in figures that were more than a week old: a healthy revision adds a little,
-- since late rows arrive; what takes much away or adds much is another way of counting, or a fault. The band is a
-- setting, after bulletins of 2020 and 2021 and the files of 2023: cases 0 to 2 % from the first figure to the final
-- one, tests 3 %.
{%- set settings = var('signals') %}

with last_batches as (

    select
        batches.feed,
        max(batches.batch) as batch,
        any_value(days.last_received_on) as day
    from {{ ref('counted_batches') }} as batches
    inner join (select distinct feed, last_received_on from {{ ref('int_signals__days') }}) as days
        on batches.feed = days.feed
    group by batches.feed

),

revised as (

    select
        changes.feed,
        changes.measure,
        last_batches.day,
        sum(changes.difference) filter (changes.batch = last_batches.batch) as added,
        sum(changes.difference) filter (changes.batch < last_batches.batch) as stood
    from {{ ref('counted_changes') }} as changes
    inner join last_batches on changes.feed = last_batches.feed
    where changes.day between last_batches.day - {{ 7 + settings.revised_days }} and last_batches.day - 8
    group by changes.feed, changes.measure, last_batches.day

),

scored as (

    select
        feed,
        null::varchar as sender,
        day,
        'revisions' as signal,
        measure,
        stood + added as observed,
        stood as expected,
        greatest(
            added / stood / {{ settings.revised.most }}, added / stood / {{ settings.revised.least }}
        ) as score
    from revised
    where added <> 0

),

signal_revisions as (

    {{ told_signals('scored', ['expected >= ' ~ settings.least.among], at_once=true) }}

)

select * from signal_revisions
