-- Population by département, sex and age band: every class of age10, age15 and school is a sum of bands.
with ages as (

    select * from {{ ref('int_referential__ages') }}

),

int_referential__bands as (

    select
        ages.dep,
        ages.sex,
        age_years.age_band,
        sum(ages.population) as population,
        ages.population_vintage
    from ages
    inner join {{ ref('age_years') }} as age_years on ages.age = age_years.age
    group by ages.dep, ages.sex, age_years.age_band, ages.population_vintage

)

select * from int_referential__bands
