{{ config(materialized='table') }}

-- What is told of IRIS and weeks, and between what counts that leaves them. Nothing is told of parts of them.
with parts as (

    select
        geo_code,
        period_end,
        age_class,
        cases as cases_low,
        cases as cases_high,
        tested as tested_low,
        tested as tested_high
    from {{ ref('int_testing__local_cells') }}
    where false

),

{{ tell_beside_parts('IRIS', 'parts', 'told') }},

int_testing__iris_told as (

    select * from told

)

select * from int_testing__iris_told
