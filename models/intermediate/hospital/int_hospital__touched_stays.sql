-- The stays of which an event changed since the figures were last brought up to date, and why. Empty when the figures
-- are rebuilt: then every stay is read. A view: the key of a stay must not outlive the erasure of its person.
with events as not materialized (

    select * from {{ ref('stg_sivic__events') }}

),

changed_events as (

    select
        event_key,
        false as is_erased,
        event = 'removal' or record_kind = 'deletion' as is_withdrawn,
        record_version > 1 as is_corrected
    from {{ ref('int_hospital__incoming') }}
    where {{ applied_batch('int_hospital__changes') }} > 0
    union all
    -- A withdrawal is told as a correction.
    select
        event_key,
        false as is_erased,
        false as is_withdrawn,
        true as is_corrected
    from events
    where {{ is_newly_withdrawn('int_hospital__changes', 'int_hospital__batches') }}
    union all
    select
        events.event_key,
        true as is_erased,
        false as is_withdrawn,
        false as is_corrected
    from events
    inner join {{ ref('int_hospital__rows_to_erase') }} as erased
        on events.delivery = erased.delivery and events.line = erased.line
    where
        erased.side = 'raw'
        and erased.batch > {{ applied_batch('int_hospital__changes') }}
        and {{ applied_batch('int_hospital__changes') }} > 0

),

int_hospital__touched_stays as (

    -- Every stay under which any version of the event stood: a correction may move an event to another stay.
    select
        events.stay_key,
        case
            when bool_or(changed_events.is_erased) then 'erasure'
            when bool_or(changed_events.is_withdrawn) then 'deletion'
            when bool_or(changed_events.is_corrected) then 'correction'
            else 'new_rows'
        end as reason
    from events
    inner join changed_events on events.event_key = changed_events.event_key
    group by events.stay_key

)

select * from int_hospital__touched_stays
