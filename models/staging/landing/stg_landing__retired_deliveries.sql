-- The account of the deliveries of which the rows were kept as long as their feed keeps them.
with retired_deliveries as (

    select * from {{ source('landing', 'retired_deliveries') }}

),

stg_landing__retired_deliveries as (

    select
        feed,
        file,
        received_on,
        verdict,
        reason,
        delivery,
        rows_received,
        rows_used,
        rows_deduplicated,
        rows_superseded,
        rows_deleted,
        rows_quarantined,
        rows_erased,
        rows_withdrawn
    from retired_deliveries

)

select * from stg_landing__retired_deliveries
