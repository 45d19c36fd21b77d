-- What became of each version of the events received more than once, or deleted: used, deduplicated (the same again),
-- superseded (replaced by another) or deleted (what holds withdraws the event).
with events as not materialized (

    select events.*
    from {{ ref('stg_sivic__events') }} as events
    anti join {{ ref('int_hospital__withdrawn_deliveries') }} as withdrawn on events.delivery = withdrawn.delivery
    anti join {{ ref('int_hospital__rows_to_erase') }} as erased
        on
            events.delivery = erased.delivery and events.line = erased.line
            and erased.side = 'raw'

),

repeated as (

    select event_key from events
    group by event_key
    having count(*) > 1 or bool_or(record_kind = 'deletion')

),

versions as (

    select events.*
    from events
    semi join repeated on events.event_key = repeated.event_key

),

int_hospital__fates as (

    {{ fates_of_versions('versions', 'event_key', 'finess', [
        'record_kind', 'stay_key', 'dep', 'event', 'unit', 'occurred_at', 'declared_at', 'sex', 'age', 'residence_dep',
        'residence_com', 'cause'
    ]) }}

)

select * from int_hospital__fates
