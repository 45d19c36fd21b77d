{{ config(materialized='table') }}

-- Every IRIS with the places that contain it. Communes of the landed list have Insee's IRIS. By default a commune of more than
-- 10,000 inhabitants is cut into equal synthetic IRIS of 2,500 at most, and any other is one IRIS.
with landed as (

    select
        iris,
        coalesce(arrondissements.com, listed.com) as com,
        listed.population,
        'IRIS ' || listed.population_year as population_vintage
    from {{ ref('stg_insee_iris__iris') }} as listed
    left join {{ ref('commune_arrondissements') }} as arrondissements on listed.com = arrondissements.arr
    qualify
        listed.population_year = max(listed.population_year) over ()
        and row_number() over (
            partition by listed.population_year, listed.iris
            order by listed.received_on desc, listed.delivery desc, listed.line desc
        ) = 1

),

divided as (

    select
        com,
        population,
        case when population > 10000 then ceil(population / 2500)::integer else 0 end as parts
    from {{ ref('communes') }}
    where com not in (select landed.com from landed)

),

-- Whole numbers as many as needed, from a table that has 121 of them (no engine makes series alike).
numbers as (

    select high.age * 121 + low.age as part
    from {{ ref('age_years') }} as high
    cross join {{ ref('age_years') }} as low
    where high.age * 121 + low.age between 1 and (select max(divided.parts) from divided)

),

iris as (

    select
        iris,
        com,
        false as is_synthetic,
        population,
        population_vintage
    from landed
    union all
    select
        com || '0000' as iris,
        com,
        false as is_synthetic,
        population,
        {{ default_vintage() }} as population_vintage
    from divided
    where parts = 0
    union all
    select
        divided.com || lpad(numbers.part::varchar, 4, '0') as iris,
        divided.com,
        true as is_synthetic,
        divided.population::double / divided.parts as population,
        {{ default_vintage() }} as population_vintage
    from divided
    inner join numbers on numbers.part <= divided.parts

),

int_referential__places as (

    select
        iris.iris,
        iris.com,
        communes.epci,
        metropoles.epci as metropole,
        departements.dep,
        departements.reg,
        iris.is_synthetic,
        iris.population,
        iris.population_vintage
    from iris
    left join {{ ref('communes') }} as communes on iris.com = communes.com
    left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci
    inner join {{ ref('departements') }} as departements on {{ departement_of('iris.com') }} = departements.dep

)

select * from int_referential__places
