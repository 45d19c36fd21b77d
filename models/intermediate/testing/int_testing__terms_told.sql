{{ config(materialized='table') }}

-- The communes, and the IRIS of one that is a département: what together makes the published counts of a part of a
-- département, with between what counts they are told.
with communes as (

    select
        nesting.*,
        told.* exclude (geo_level, geo_code)
    from {{ ref('int_testing__communes_told') }} as told
    inner join {{ ref('int_referential__nesting') }} as nesting on told.geo_code = nesting.com
    where not nesting.is_departement

),

iris as (

    select
        nesting.*,
        told.* exclude (geo_level, geo_code)
    from {{ ref('int_testing__iris_told') }} as told
    inner join {{ ref('int_referential__places') }} as places on told.geo_code = places.iris
    inner join {{ ref('int_referential__nesting') }} as nesting on places.com = nesting.com
    where nesting.is_departement

),

int_testing__terms_told as (

    select * from communes
    union all
    select * from iris

)

select * from int_testing__terms_told
