-- One row: the first and the last day on which somebody was tested, and the day until which deliveries were received,
-- of those of which rows were accepted. A table, because every indicator reads it.
{{ config(materialized='table') }}

with int_testing__calendar as (

    {{ calendar_of(testing()) }}

)

select * from int_testing__calendar
