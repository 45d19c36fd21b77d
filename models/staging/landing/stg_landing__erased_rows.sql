-- Rows of each delivery that upkeep removed from the lake and from the quarantine on request.
with erased_rows as (

    select * from {{ source('landing', 'erased_rows') }}

),

stg_landing__erased_rows as (

    select
        feed,
        delivery,
        rows_in_lake,
        rows_in_quarantine
    from erased_rows

)

select * from stg_landing__erased_rows
