-- One row: the first and the last day on which there is any of the acts of SOS Médecins, and the day until which
-- deliveries of which rows were accepted were received. A table, because every indicator reads it.
{{ config(materialized='table') }}

with int_house_calls__calendar as (

    {{ calendar_of(house_calls()) }}

)

select * from int_house_calls__calendar
