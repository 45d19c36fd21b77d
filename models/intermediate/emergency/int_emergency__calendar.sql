-- One row: the first and the last day on which there is any of the emergency visits, and the day until which
-- deliveries of which rows were accepted were received. A table, because every indicator reads it.
{{ config(materialized='table') }}

with int_emergency__calendar as (

    {{ calendar_of(emergency()) }}

)

select * from int_emergency__calendar
