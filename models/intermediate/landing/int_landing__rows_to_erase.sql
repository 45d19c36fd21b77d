-- The rows to be erased, of every feed that holds persons: what the upkeep after a run removes.
{{ config(materialized='table') }}

with int_landing__rows_to_erase as (

    {{ rows_to_erase_of_themes() }}

)

select * from int_landing__rows_to_erase
