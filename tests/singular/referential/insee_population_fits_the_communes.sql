-- Départements of which Insee's latest landed estimate is not there, when there is one at all, or is too many times
-- larger or smaller than the sum of their communes; and classes of age of it that hold far more people than elsewhere.
-- Insee gives no estimate for 975, 977 and 978.
{{ config(severity='error') }}

with landed as (

    select
        *,
        population_vintage like 'Insee %' as is_landed
    from {{ ref('int_referential__age_groups') }}

),

totals as (

    select
        dep,
        sum(population) as population
    from {{ ref('communes') }}
    group by dep

),

places as (

    select
        landed.dep,
        bool_and(landed.is_landed) as is_landed,
        sum(landed.population) as population,
        any_value(totals.population) as population_of_communes
    from landed
    inner join totals on landed.dep = totals.dep
    group by landed.dep

),

classes as (

    select
        landed.dep,
        landed.population,
        totals.population * structure.population / sum(structure.population) over (partition by landed.dep) as expected
    from landed
    inner join totals on landed.dep = totals.dep
    inner join {{ ref('population_structure') }} as structure
        on landed.sex = structure.sex and landed.lower_age = structure.lower_age
    where landed.is_landed

)

select
    dep,
    population,
    population_of_communes
from places
where
    (select bool_or(landed.is_landed) from landed)
    and dep not in ('975', '977', '978')
    and (
        not is_landed
        or population > population_of_communes * {{ var('population_jump') }}
        or population * {{ var('population_jump') }} < population_of_communes
    )
union all
select
    dep,
    population,
    expected as population_of_communes
from classes
where population > 4 * expected
