-- In the default population the départements of each cell sum to France, and so do the regions.
with sums as (

    select
        sex,
        age_scheme,
        age_class,
        sum(population) filter (where geo_level = 'FRA') as france,
        sum(population) filter (where geo_level = 'REG') as regions,
        sum(population) filter (where geo_level = 'DEP') as departements
    from {{ ref('int_referential__population_by_class') }}
    group by sex, age_scheme, age_class

)

select * from sums
where coalesce(abs(france - departements), 1) > 1e-6 or coalesce(abs(france - regions), 1) > 1e-6
