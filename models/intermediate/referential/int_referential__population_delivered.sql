-- Delivered population cells with their validity: a vintage holds until the next one of the same cell.
-- Of several deliveries of one cell for one first day, the last to arrive counts, but for those that were withdrawn.
with cells as (

    select * from {{ ref('stg_population__cells') }}
    where delivery in (select delivery from {{ ref('stg_population__deliveries') }} where verdict = 'accepted')
    qualify
        row_number() over (
            partition by geo_level, geo_code, sex, age_scheme, age_class, valid_from
            order by arrival desc, received_on desc, delivery desc, line desc
        ) = 1

),

int_referential__population_delivered as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        population,
        population_vintage,
        valid_from,
        lead(valid_from, 1, date '9999-12-31') over (
            partition by geo_level, geo_code, sex, age_scheme, age_class
            order by valid_from
        ) as valid_to
    from cells

)

select * from int_referential__population_delivered
