-- Every row of events of stays that the lake and the quarantine still hold of a person to be erased, and the versions
-- that such a row has replaced under another person's name: without it they would count again. With the first batch
-- that asked for it.
{{ config(materialized='table') }}

with int_hospital__rows_to_erase as (

    {{ rows_to_erase(hospital()) }}

)

select * from int_hospital__rows_to_erase
