-- The rows to be erased, of every feed that holds persons: what the upkeep after a run removes.
{{ config(materialized='table') }}

with int_landing__rows_to_erase as (

    {{ by_feed({'sidep': 'int_testing__rows_to_erase', 'sivic': 'int_hospital__rows_to_erase'}) }}

)

select * from int_landing__rows_to_erase
