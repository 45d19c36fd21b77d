-- The figures behind every publication, as few rows as possible: what each feed counts by day, département and age
-- band, and the population of each département and age class. Each release keeps them, to explain the next one.
with counted_cells as (

    {{ counted('sidep', ref('int_testing__cells'), 'sampled_on', ['cases', 'tested']) }}
    union all
    {{ counted(
        'sivic', ref('int_hospital__cells'), 'day', ['admissions', 'critical_admissions', 'discharges', 'deaths']
    ) }}
    union all
    select
        'population' as feed,
        'population' as measure,
        valid_from as day,
        geo_code as place,
        age_scheme || ':' || age_class as age_class,
        population as figure
    from {{ ref('int_referential__population') }}
    where geo_level in ('FRA', 'DEP') and sex = 'all'

)

select * from counted_cells
