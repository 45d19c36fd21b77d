-- Insee's population by département, sex and age class, with the bounds of the class as numbers. A class that
-- ends beyond the oldest age of the referential (95_130) is open: it has no upper bound.
with insee_population as (

    select
        *,
        split_part(classe_age_5, '_', 1)::integer as first_age,
        split_part(classe_age_5, '_', 2)::integer as last_age
    from {{ source('insee_population', 'insee_population') }}

),

stg_insee_population__cells as (

    select
        year as population_year,
        departement_code as dep,
        sex,
        first_age as lower_age,
        case when last_age < 120 then last_age end as upper_age,
        population::double as population,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from insee_population
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_insee_population__cells
