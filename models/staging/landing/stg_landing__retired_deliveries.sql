-- The account of the deliveries of which the rows were kept as long as their feed keeps them. Without a key it is a
-- copy that was withdrawn, which the ledger tells of.
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
        rows_withdrawn,
        rows_blank
    from retired_deliveries
    where delivery is not null

)

select * from stg_landing__retired_deliveries
