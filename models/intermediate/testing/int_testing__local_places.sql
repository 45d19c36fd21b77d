-- The places below the département: one row per EPCI, métropole, commune and IRIS, and one per level for what has none.
with places as (

    select * from {{ ref('int_referential__places') }}

),

int_testing__local_places as (

    select 'EPCI' as geo_level, epci as geo_code from {{ ref('epci') }}
    union all
    select 'METRO' as geo_level, epci as geo_code from {{ ref('metropoles') }}
    union all
    select 'COM' as geo_level, com as geo_code from {{ ref('communes') }}
    union all
    select 'IRIS' as geo_level, iris as geo_code from places
    union all
    select unnest(['EPCI', 'COM', 'IRIS']) as geo_level, 'unknown' as geo_code

)

select * from int_testing__local_places
