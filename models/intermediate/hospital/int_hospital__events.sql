-- The current version of each event of the stays concerned, in two states: as it stands now (sign 1) and as it stood
-- when the figures were last brought up to date (sign -1). On a rebuild there is no earlier state.
with touched as (

    select * from {{ ref('int_hospital__touched_stays') }}

),

-- Every version of an event that ever stood under such a stay, wherever the current one stands.
concerned as (

    select distinct events.event_key
    from {{ ref('stg_sivic__events') }} as events
    semi join touched on events.stay_key = touched.stay_key

),

versions as (

    select
        events.*,
        states.sign
    from {{ ref('stg_sivic__events') }} as events
    inner join {{ ref('int_hospital__batches') }} as batches
        on events.delivery = batches.delivery and batches.feed = 'sivic'
    inner join (values (1), (-1)) as states (sign)
        on states.sign = 1 or batches.batch <= {{ applied_batch('int_hospital__changes') }}
    where
        {{ applied_batch('int_hospital__changes') }} = 0
        or events.event_key in (select concerned.event_key from concerned)

),

-- A row to be erased, or of a delivery that was withdrawn, is no more in the state after that, and still in the state
-- before.
kept as (

    select versions.*
    from versions
    anti join {{ ref('int_hospital__withdrawn_deliveries') }} as withdrawn
        on
            versions.delivery = withdrawn.delivery
            and (versions.sign = 1 or withdrawn.batch <= {{ applied_batch('int_hospital__changes') }})
    anti join {{ ref('int_hospital__rows_to_erase') }} as erased
        on
            versions.delivery = erased.delivery and versions.line = erased.line
            and erased.side = 'raw'
            and (versions.sign = 1 or erased.batch <= {{ applied_batch('int_hospital__changes') }})

),

current_versions as (

    select * exclude (standing, is_deletion)
    from ({{ standing_of_versions('kept', 'event_key', 'finess', ['sign']) }}) as standing_versions
    where standing = 'current' and not is_deletion

),

int_hospital__events as (

    select
        current_versions.*,
        coalesce(touched.reason, 'new_rows') as reason
    from current_versions
    left join touched on current_versions.stay_key = touched.stay_key
    where touched.stay_key is not null or {{ applied_batch('int_hospital__changes') }} = 0

)

select * from int_hospital__events
