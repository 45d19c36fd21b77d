-- One row: the first and the last day on which something happened in a stay or was declared, and the day until which
-- deliveries of which rows were accepted were received. A table, because every indicator reads it.
{{ config(materialized='table') }}

with int_hospital__calendar as (

    {{ calendar_of(hospital()) }}

)

select * from int_hospital__calendar
