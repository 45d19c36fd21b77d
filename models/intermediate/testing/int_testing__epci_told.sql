{{ config(materialized='table') }}

-- What is told of EPCI and weeks beside the classes of their communes, and between what counts both leave them. The
-- counts of a commune that is a département are published.
with parts as (

    select
        nesting.epci as geo_code,
        communes.period_end,
        communes.age_class,
        {{ sums_of_bounds('communes', 'nesting.is_departement') }}
    from {{ ref('int_testing__communes_told') }} as communes
    inner join {{ ref('int_referential__nesting') }} as nesting on communes.geo_code = nesting.com
    where nesting.epci is not null
    group by nesting.epci, communes.period_end, communes.age_class

),

{{ tell_beside_parts('EPCI', 'parts', 'told') }},

int_testing__epci_told as (

    select * from told

)

select * from int_testing__epci_told
