{{ config(materialized='table') }}

-- What is told of communes and weeks beside the classes of their IRIS, and between what counts both leave them.
with parts as (

    select
        places.com as geo_code,
        iris.period_end,
        iris.age_class,
        {{ sums_of_bounds('iris') }}
    from {{ ref('int_testing__iris_told') }} as iris
    inner join {{ ref('int_referential__places') }} as places on iris.geo_code = places.iris
    group by places.com, iris.period_end, iris.age_class
    having count(*) > 1

),

{{ tell_beside_parts('COM', 'parts', 'told') }},

int_testing__communes_told as (

    select * from told

)

select * from int_testing__communes_told
