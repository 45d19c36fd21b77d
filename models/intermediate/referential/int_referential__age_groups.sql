-- Population by département, sex and age class as given: the latest year of Insee's file that arrived last with the
-- département, else its communes' total with the national structure by sex and age.
with insee as (

    select
        dep,
        sex,
        lower_age,
        upper_age,
        population,
        'Insee ' || population_year as population_vintage
    from {{ ref('stg_insee_population__cells') }}
    where delivery in (select delivery from {{ ref('stg_insee_population__deliveries') }} where verdict = 'accepted')
    -- What was delivered last says what holds, even of an older year: so an estimate can be sent back.
    qualify
        dense_rank() over (partition by dep order by arrival desc, received_on desc, delivery desc) = 1
        and population_year = max(population_year) over (partition by dep, delivery)
        and row_number() over (
            partition by dep, delivery, population_year, sex, lower_age order by line desc
        ) = 1

),

structure as (

    select
        *,
        population::double / sum(population) over () as national_share
    from {{ ref('population_structure') }}

),

totals as (

    select
        dep,
        sum(population) as population
    from {{ ref('communes') }}
    where dep not in (select insee.dep from insee)
    group by dep

),

int_referential__age_groups as (

    select * from insee
    union all
    select
        totals.dep,
        structure.sex,
        structure.lower_age,
        structure.upper_age,
        totals.population * structure.national_share as population,
        {{ default_vintage() }} as population_vintage
    from totals
    cross join structure

)

select * from int_referential__age_groups
