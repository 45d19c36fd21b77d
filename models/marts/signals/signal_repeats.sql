-- The share of rows received before, rejected, corrected or deleted is far above what it was: a file is sent again, or
-- a producer has changed what it says. See `scored_shares`.
with counted as (

    select * from {{ ref('int_signals__received') }}
    where measure in ('repeated', 'rejected', 'correction', 'deletion')

),

scored as (

    {{ scored_shares('repeats', 'counted') }}

),

signal_repeats as (

    {{ told_signals('scored', share_conditions() + ['observed > expected']) }}

)

select * from signal_repeats
