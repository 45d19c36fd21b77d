-- Outlines of places under the project's names, one row per accepted feature of every delivery.
with contours as (

    select * from {{ source('contours', 'contours') }}

),

stg_contours__outlines as (

    select
        niveau as geo_level,
        millesime as place_vintage,
        code as geo_code,
        nom as place_name,
        source,
        licence,
        geometry,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from contours
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_contours__outlines
