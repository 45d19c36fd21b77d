-- The figures behind every publication, as few rows as possible: cases and tested people by day, département and age
-- band, and the population of each département and age class. Each release keeps them, to explain the next one.
with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'dep'

),

counts as (

    unpivot (
        select
            sampled_on as day,
            place,
            age_band as age_class,
            sum(cases)::double as cases,
            sum(tested)::double as tested
        from cells
        group by sampled_on, place, age_band
    )
    on cases, tested
    into name measure value figure

),

counted_cells as (

    select
        'sidep' as feed,
        measure,
        day,
        place,
        age_class,
        figure
    from counts
    where figure <> 0
    union all
    select
        'sidep' as feed,
        'population' as measure,
        valid_from as day,
        geo_code as place,
        age_scheme || ':' || age_class as age_class,
        population as figure
    from {{ ref('int_referential__population') }}
    where geo_level in ('FRA', 'DEP') and sex = 'all'

)

select * from counted_cells
