-- What the duty officer is told today, the worst first: of each feed the signals of the last day on which it received
-- something, and of one that has fallen silent those of today. None of them holds a figure. A view, so that signals
-- are told of what stands, whatever could not be built.
with told as (

    {{ every_signal() }}

),

feeds as (

    select
        feed,
        max(day) as today,
        any_value(last_received_on) as last_received_on
    from {{ ref('int_signals__days') }}
    group by feed

),

outputs as (

    select
        source as feed,
        count(*) as outputs
    from {{ ref('indicator_catalogue') }}
    group by source

),

signals as (

    select
        told.*,
        coalesce(outputs.outputs, 0) as outputs
    from told
    inner join feeds on told.feed = feeds.feed
    left join outputs on told.feed = outputs.feed
    where told.day = feeds.last_received_on or (told.signal = 'silence' and told.day = feeds.today)
    order by told.score / told.threshold desc, told.feed asc, told.signal asc, told.sender asc

)

select * from signals
