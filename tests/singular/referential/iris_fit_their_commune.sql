-- Communes of which the landed IRIS together hold too many times more or fewer people than the commune.
{{ config(severity='error') }}

with landed as (

    select
        com,
        sum(population) as population
    from {{ ref('int_referential__iris') }}
    where population_vintage like 'IRIS %'
    group by com

)

select
    landed.com,
    landed.population,
    communes.population as population_of_commune
from landed
inner join {{ ref('communes') }} as communes on landed.com = communes.com
where
    communes.population >= 10000
    and (
        landed.population > communes.population * {{ var('population_jump') }}
        or landed.population * {{ var('population_jump') }} < communes.population
    )
