-- Files of which the very bytes had come on an earlier day: the producer sends an old file as a new one. What they
-- hold is counted once; what they should have held is missing. A rule, not an estimate: one is enough.
with scored as (

    select
        *,
        'same_content' as signal,
        0 as expected,
        observed as score
    from {{ ref('int_signals__received') }}
    where measure = 'same_content'

),

signal_same_content as (

    {{ told_signals('scored', ['observed > 0'], at_once=true) }}

)

select * from signal_same_content
