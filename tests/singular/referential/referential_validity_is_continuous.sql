-- The rows of a cell follow each other without overlap or gap: each begins where the one before ends.
with rows_in_order as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        valid_from,
        valid_to,
        lag(valid_to) over (
            partition by geo_level, geo_code, sex, age_scheme, age_class
            order by valid_from, valid_to
        ) as previous_valid_to
    from {{ ref('int_referential__population') }}

)

select * from rows_in_order
where valid_from >= valid_to or valid_from <> previous_valid_to
