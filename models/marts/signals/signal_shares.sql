-- A share that the theme watches, as that of positive results, has moved far from what it was: by a change of the
-- epidemic it moves from day to day, by a fault at once. See `scored_shares`.
with counted as (

    select * from {{ ref('int_signals__received') }}
    where measure in ({{ shares_watched() }})

),

scored as (

    {{ scored_shares('shares', 'counted') }}

),

signal_shares as (

    {{ told_signals('scored', share_conditions() + []) }}

)

select * from signal_shares
