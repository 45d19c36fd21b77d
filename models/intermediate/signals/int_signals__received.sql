-- What signals are made of: counts of the rows received lately, by feed, day of receipt, sender and measure. It reads
-- the lake and the ledger alone, so that a theme that cannot be counted is watched all the same.
{{ config(materialized='table') }}

with received as (

    {{ received_of_themes(last_day_of(ref('int_signals__calendar'))) }}
    union all
    {{ delivered_of_themes(last_day_of(ref('int_signals__calendar'))) }}
    union all
    {{ persons_of_themes(last_day_of(ref('int_signals__calendar'))) }}

),

int_signals__received as (

    select
        feed,
        day,
        sender,
        measure,
        observed::bigint as observed,
        among::bigint as among
    from received
    where among > 0

)

select * from int_signals__received
