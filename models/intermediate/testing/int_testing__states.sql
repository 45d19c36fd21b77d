-- The current version of each record of the persons concerned, in two states: as it stands now (sign 1) and as it stood
-- when the cells were last brought up to date (sign -1). On a rebuild there is no earlier state.
with history as not materialized (

    select results.*, 'new_rows' as reason
    from {{ ref('stg_sidep__results') }} as results
    where {{ applied_batch('int_testing__changes') }} = 0
    union all
    select * from {{ ref('int_testing__history') }}

),

versions as not materialized (

    select history.*, batches.batch
    from history
    inner join {{ ref('int_landing__batches') }} as batches
        on history.delivery = batches.delivery and batches.feed = 'sidep'

),

-- On a rebuild there is no state before.
signs as (

    select both_states.sign from (values (1), (-1)) as both_states (sign)
    where both_states.sign = 1 or {{ applied_batch('int_testing__changes') }} > 0

),

reissued as (

    select * from {{ ref('int_testing__reissued') }}

),

winners as (

    select
        reissued.delivery,
        reissued.line,
        signs.sign
    from reissued
    cross join signs
    where signs.sign = 1 or reissued.batch <= {{ applied_batch('int_testing__changes') }}
    qualify row_number() over (
        partition by signs.sign, reissued.result_key
        order by {{ version_order('reissued') }} desc
    ) = 1 and reissued.record_kind <> 'deletion'

),

issued_once as (

    select versions.*, signs.sign
    from versions
    anti join reissued on versions.result_key = reissued.result_key
    cross join signs
    where
        versions.record_kind <> 'deletion'
        and (signs.sign = 1 or versions.batch <= {{ applied_batch('int_testing__changes') }})

),

current_versions as (

    select * from issued_once
    union all
    select versions.*, winners.sign
    from versions
    inner join winners on versions.delivery = winners.delivery and versions.line = winners.line

),

int_testing__states as (

    -- A row to be erased is no more in the state after the request, and still in the state before.
    select current_versions.*
    from current_versions
    anti join {{ ref('int_landing__rows_to_erase') }} as erased
        on
            current_versions.delivery = erased.delivery and current_versions.line = erased.line
            and erased.side = 'raw' and erased.feed = 'sidep'
            and (current_versions.sign = 1 or erased.batch <= {{ applied_batch('int_testing__changes') }})

)

select * from int_testing__states
