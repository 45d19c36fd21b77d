-- Population by département, sex and single year of age. Départements in Insee's latest landed year are Insee's; any other is
-- its communes' total with the national age and sex structure. A five-year class is shared evenly by its ages; an open class
-- stands whole on its first age. Decimals, so that sums are exact and do not depend on their order.
with insee as (

    select
        dep,
        sex,
        lower_age,
        upper_age,
        population,
        'Insee ' || population_year as population_vintage
    from {{ ref('stg_insee_population__cells') }}
    qualify
        population_year = max(population_year) over ()
        and row_number() over (
            partition by population_year, dep, sex, lower_age
            order by received_on desc, delivery desc, line desc
        ) = 1

),

structure as (

    select
        *,
        population::double / sum(population) over () as share
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

classes as (

    select * from insee
    union all
    select
        totals.dep,
        structure.sex,
        structure.lower_age,
        structure.upper_age,
        totals.population * structure.share as population,
        {{ default_vintage() }} as population_vintage
    from totals
    cross join structure

),

int_referential__ages as (

    select
        classes.dep,
        classes.sex,
        age_years.age,
        (classes.population / (coalesce(classes.upper_age, classes.lower_age) - classes.lower_age + 1))::decimal(18, 6)
            as population,
        classes.population_vintage
    from classes
    inner join {{ ref('age_years') }} as age_years
        on age_years.age between classes.lower_age and coalesce(classes.upper_age, classes.lower_age)

)

select * from int_referential__ages
