-- One row per delivered file, as landing recorded it.
with ledger as (

    select * from {{ source('landing', 'ledger') }}

),

stg_landing__deliveries as (

    select
        feed,
        file,
        received_on,
        bytes,
        sha256,
        delivery,
        rows_received,
        rows_accepted,
        rows_rejected,
        rows_duplicate,
        rows_blank,
        contract_version,
        landed_at,
        verdict,
        reason,
        extra_columns
    from ledger
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_landing__deliveries
