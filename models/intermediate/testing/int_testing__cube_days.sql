-- The cube of testing by day: France, régions and départements (and what has no known place) × sex × age schemes, every
-- cell present, zero included: what it held plus what the later batches changed.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']
) }}

with bands as (

    select distinct age_band, age10, age15, school from {{ ref('age_years') }}
    union all
    select 'unknown' as age_band, 'unknown' as age10, 'unknown' as age15, 'unknown' as school

),

counted as (

    select
        sampled_on,
        place,
        sex,
        age_band,
        {{ list_measures(testing_measures(), 'changes') }},
        batch
    from {{ ref('int_testing__changes') }} as changes
    where cell_level = 'dep' and batch > {{ applied_batch('int_testing__cube_days') }}
    union all
    select
        sampled_on,
        place,
        sex,
        age_band,
        {{ no_measures(testing_measures()) }},
        0 as batch
    from {{ ref('int_testing__empty_cells') }}
    where {{ not_yet_in_this('sampled_on', 'period_end') }}

),

by_departement as (

    select
        counted.sampled_on as period_end,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg,
        coalesce(counted.sex, 'all') as sex,
        case
            when grouping(bands.age10) = 0 then 'age10'
            when grouping(bands.age15) = 0 then 'age15'
            when grouping(bands.school) = 0 then 'school'
            else 'all'
        end as age_scheme,
        coalesce(bands.age10, bands.age15, bands.school, 'all') as age_class,
        {{ sum_measures(testing_measures()) }},
        max(counted.batch) as batch
    from counted
    inner join bands on counted.age_band = bands.age_band
    left join {{ ref('departements') }} as departements on counted.place = departements.dep
    group by counted.sampled_on, departements.dep, departements.reg, grouping sets ((counted.sex), ()),
        grouping sets ((bands.age10), (bands.age15), (bands.school), ())

),

changes as (

    select
        period_end,
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        sex,
        age_scheme,
        age_class,
        {{ sum_measures(testing_measures()) }},
        max(batch) as batch
    from by_departement
    group by period_end, sex, age_scheme, age_class, grouping sets ((dep), (reg), ())

),

held as (

    {{ held(['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']) }}

),

int_testing__cube_days as (

    select
        changes.geo_level,
        changes.geo_code,
        changes.period_end,
        changes.sex,
        changes.age_scheme,
        changes.age_class,
        {{ held_plus_changes(testing_measures()) }},
        changes.batch
    from changes
    left join held using (period_end, geo_level, geo_code, sex, age_scheme, age_class)

)

select * from int_testing__cube_days
