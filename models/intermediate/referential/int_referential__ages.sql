-- Population by département, sex and single year of age. A class is shared evenly by its ages; an open class
-- stands whole on its first age. Decimals, so that sums are exact and do not depend on their order.
with age_groups as (

    select
        *,
        coalesce(upper_age, lower_age) as last_age,
        coalesce(upper_age, lower_age) - lower_age + 1 as ages
    from {{ ref('int_referential__age_groups') }}

),

int_referential__ages as (

    select
        age_groups.dep,
        age_groups.sex,
        age_years.age,
        (age_groups.population / age_groups.ages)::decimal(28, 12) as population,
        age_groups.population_vintage
    from age_groups
    inner join {{ ref('age_years') }} as age_years
        on age_years.age between age_groups.lower_age and age_groups.last_age

)

select * from int_referential__ages
