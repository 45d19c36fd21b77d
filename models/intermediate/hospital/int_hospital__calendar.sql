-- One row: the first and the last day on which something happened in a stay or was declared, and the day until which
-- deliveries of which rows were accepted were received. A table, because every indicator reads it.
{{ config(materialized='table') }}

with cells as (

    select * from {{ ref('int_hospital__cells') }}
    where cell_level = 'dep' and {{ any_measure(hospital_measures()) }}

),

int_hospital__calendar as (

    select
        min(cells.day) as first_day,
        max(cells.day) as last_day,
        (
            select max(received_on) from {{ ref('stg_sivic__deliveries') }}
            where verdict = 'accepted' and rows_accepted > 0
        ) as received_until
    from cells

)

select * from int_hospital__calendar
