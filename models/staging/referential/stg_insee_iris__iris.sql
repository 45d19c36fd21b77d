-- Insee's list of IRIS with the population of each.
with insee_iris as (

    select * from {{ source('insee_iris', 'insee_iris') }}

),

stg_insee_iris__iris as (

    select
        iris,
        com,
        annee as population_year,
        population::double as population,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from insee_iris
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_insee_iris__iris
