-- Every row that the lake and the quarantine still hold of a person to be erased, and the versions that such a row has
-- replaced under another person's name: without it they would count again. With the first batch that asked for it. Each
-- feed that holds persons adds its records.
{{ config(materialized='table') }}

with int_landing__rows_to_erase as (

    {{ rows_to_erase('sidep', 'stg_sidep__results', 'result_key') }}
    union all
    {{ rows_to_erase('sivic', 'stg_sivic__events', 'event_key') }}

)

select * from int_landing__rows_to_erase
