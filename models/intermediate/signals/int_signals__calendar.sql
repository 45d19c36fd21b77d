-- One row: the first and the last day on which a file of any feed was received. A table of its own, so that the days
-- of the lake before those that are looked at are not even opened.
{{ config(materialized='table') }}

with int_signals__calendar as (

    select
        min(received_on) as first_day,
        max(received_on) as last_day
    from ({{ deliveries_of_themes() }}) as deliveries

)

select * from int_signals__calendar
