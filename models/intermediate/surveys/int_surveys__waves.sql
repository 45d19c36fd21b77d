-- The waves of the survey by their last day: number and first day as most of the sheets have them, where there are
-- enough for an estimate. A sheet that bears wrong days makes no wave.
{{ config(materialized='table') }}

with told as (

    select
        day,
        wave,
        wave_from,
        answers,
        sum(answers) over (partition by day) as respondents,
        row_number() over (partition by day order by answers desc, wave asc, wave_from asc) as place
    from {{ ref('int_surveys__cells') }}
    where cell_level = 'wave' and answers > 0

),

int_surveys__waves as (

    select
        day as period_end,
        wave_from::date as period_start,
        wave::integer as wave,
        respondents::integer as respondents
    from told
    where place = 1 and respondents >= {{ var('minimum_answers') }}

)

select * from int_surveys__waves
