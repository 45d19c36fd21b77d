-- Delivered population cells under the project's names and vocabularies.
with population as (

    select * from {{ source('population', 'population') }}

),

stg_population__cells as (

    select
        millesime as population_vintage,
        valide_du as valid_from,
        geo_niveau as geo_level,
        geo_code,
        case sexe when 'T' then 'all' when 'F' then 'F' when 'H' then 'M' end as sex,
        schema_age as age_scheme,
        classe_age as age_class,
        population::double as population,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from population
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_population__cells
