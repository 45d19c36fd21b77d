-- What the batches that the cube has not taken in change in each of its totals: France, régions and départements ×
-- sex × ten-year age. A département that is not known counts under `unknown`.
with by_departement as (

    select
        counted.period_end,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg,
        coalesce(counted.sex, 'all') as sex,
        case when grouping(counted.age10) = 0 then 'age10' else 'all' end as age_scheme,
        coalesce(counted.age10, 'all') as age_class,
        {{ sum_measures(hospital_cube_measures()) }},
        max(counted.batch) as batch
    from {{ ref('int_hospital__cube_changes') }} as counted
    left join {{ ref('departements') }} as departements on counted.place = departements.dep
    group by counted.period_end, departements.dep, departements.reg, grouping sets ((counted.sex), ()),
        grouping sets ((counted.age10), ())

),

int_hospital__cube_totals as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        period_end,
        sex,
        age_scheme,
        age_class,
        {{ sum_measures(hospital_cube_measures()) }},
        max(batch) as batch
    from by_departement
    group by period_end, sex, age_scheme, age_class, grouping sets ((dep), (reg), ())

)

select * from int_hospital__cube_totals
