-- The share of rows of which sex, age or place is not known is far above what it was.
-- See `scored_shares`.
with counted as (

    select * from {{ ref('int_signals__received') }}
    where measure like 'unknown%'

),

scored as (

    {{ scored_shares('unknown', 'counted') }}

),

signal_unknown as (

    {{ told_signals('scored', share_conditions() + ['observed > expected']) }}

)

select * from signal_unknown
