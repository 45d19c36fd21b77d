-- One row: the first and the last day on which somebody was tested, and the day until which deliveries were received,
-- of those of which rows were accepted.
{{ config(materialized='table') }}

with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'dep' and (tests > 0 or positive_serologies > 0)

),

int_testing__calendar as (

    select
        min(cells.sampled_on) as first_day,
        max(cells.sampled_on) as last_day,
        (
            select max(received_on) from {{ ref('stg_sidep__deliveries') }}
            where verdict = 'accepted' and rows_accepted > 0
        ) as received_until
    from cells

)

select * from int_testing__calendar
