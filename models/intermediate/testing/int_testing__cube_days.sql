-- The cube of testing by day: France, régions and départements (and what has no known place) × sex × age schemes, every
-- cell present, zero included. A run replaces only the days in which a cell changed.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='period_end') }}

with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'dep'

),

calendar as (

    select unnest(generate_series(first_day, last_day, interval 1 day))::date as sampled_on
    from {{ ref('int_testing__calendar') }}

),

changed_days as (

    select sampled_on from calendar
    where
        sampled_on in (select sampled_on from cells where batch > {{ applied_batch('int_testing__cube_days') }})
        or {{ not_yet_in_this('sampled_on', 'period_end') }}

),

departements as (

    select dep, reg from {{ ref('departements') }}
    union all
    select 'unknown' as dep, 'unknown' as reg

),

bands as (

    select distinct age_band, age10, age15, school from {{ ref('age_years') }}
    union all
    select 'unknown' as age_band, 'unknown' as age10, 'unknown' as age15, 'unknown' as school

),

counted as (

    select
        cells.sampled_on,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg,
        cells.sex,
        cells.age_band,
        {{ list_measures(testing_measures(), 'cells') }},
        cells.batch
    from cells
    semi join changed_days on cells.sampled_on = changed_days.sampled_on
    left join departements on cells.place = departements.dep

),

every_cell as (

    select
        changed_days.sampled_on,
        departements.dep,
        departements.reg,
        sexes.sex,
        bands.age_band,
        {{ no_measures(testing_measures()) }},
        0 as batch
    from changed_days
    cross join departements
    cross join bands
    cross join (values ('F'), ('M'), ('unknown')) as sexes (sex)

),

finest as (

    select * from counted
    union all
    select * from every_cell

),

int_testing__cube_days as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        sampled_on as period_end,
        coalesce(sex, 'all') as sex,
        case
            when grouping(age10) = 0 then 'age10'
            when grouping(age15) = 0 then 'age15'
            when grouping(school) = 0 then 'school'
            else 'all'
        end as age_scheme,
        coalesce(age10, age15, school, 'all') as age_class,
        {{ sum_measures(testing_measures()) }},
        max(max(batch)) over () as batch
    from finest
    inner join bands using (age_band)
    group by
        sampled_on,
        grouping sets ((dep), (reg), ()),
        grouping sets ((sex), ()),
        grouping sets ((age10), (age15), (school), ())

)

select * from int_testing__cube_days
