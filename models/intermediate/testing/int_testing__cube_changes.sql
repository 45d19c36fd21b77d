-- What the batches that the cube by day has not taken in change in it; of days that it does not hold yet, every cell,
-- zero included. From the finest to the coarsest: classes of age within a sex, both sexes, régions and France.
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
    where {{ not_yet_in('int_testing__cube_days', 'sampled_on', 'period_end') }}

),

by_sex as (

    select
        counted.sampled_on as period_end,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg,
        counted.sex,
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
    group by counted.sampled_on, departements.dep, departements.reg, counted.sex, {{ age_schemes('bands') }}

),

by_departement as (

    select * from by_sex
    union all
    select
        period_end,
        dep,
        reg,
        'all' as sex,
        age_scheme,
        age_class,
        {{ sum_measures(testing_measures()) }},
        max(batch) as batch
    from by_sex
    group by period_end, dep, reg, age_scheme, age_class

),

int_testing__cube_changes as (

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

)

select * from int_testing__cube_changes
