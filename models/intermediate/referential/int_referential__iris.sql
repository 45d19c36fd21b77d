-- The IRIS of every commune: Insee's for the communes of a landed list, the last to arrive with them. By default a
-- commune of more than 10,000 inhabitants is cut into equal synthetic IRIS of 2,500 at most, and any other is one IRIS.
with landed as (

    select
        listed.iris,
        coalesce(arrondissements.com, listed.com) as com,
        listed.population,
        'IRIS ' || listed.population_year as population_vintage
    from {{ ref('stg_insee_iris__iris') }} as listed
    left join {{ ref('commune_arrondissements') }} as arrondissements on listed.com = arrondissements.arr
    where listed.delivery in (select delivery from {{ ref('stg_insee_iris__deliveries') }} where verdict = 'accepted')
    qualify
        dense_rank() over (
            partition by listed.com order by listed.arrival desc, listed.received_on desc, listed.delivery desc
        ) = 1
        and listed.population_year = max(listed.population_year) over (partition by listed.com, listed.delivery)
        and row_number() over (
            partition by listed.iris, listed.delivery, listed.population_year order by listed.line desc
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

-- Whole numbers from a table that has 121 of them: engines do not make series alike.
numbers as (

    select high.age * 121 + low.age as part
    from {{ ref('age_years') }} as high
    cross join {{ ref('age_years') }} as low
    where high.age * 121 + low.age <= (select max(divided.parts) from divided)

),

int_referential__iris as (

    select
        iris,
        com,
        false as is_synthetic,
        population,
        population_vintage
    from landed
    union all
    select
        divided.com || lpad(numbers.part::varchar, 4, '0') as iris,
        divided.com,
        divided.parts > 0 as is_synthetic,
        divided.population::double / greatest(divided.parts, 1) as population,
        {{ default_vintage() }} as population_vintage
    from divided
    inner join numbers on numbers.part between least(divided.parts, 1) and divided.parts

)

select * from int_referential__iris
