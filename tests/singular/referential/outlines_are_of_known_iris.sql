-- Delivered outlines of IRIS that are of none of the referential's in their vintage: they are not drawn.
{{ config(severity='warn') }}

select
    outlines.geo_code,
    outlines.place_vintage,
    outlines.delivery,
    outlines.line
from {{ ref('stg_contours__outlines') }} as outlines
left join {{ ref('int_referential__places') }} as places
    on outlines.geo_code = places.iris and outlines.place_vintage = places.population_vintage
where
    outlines.geo_level = 'IRIS'
    and places.iris is null
    and outlines.delivery in (
        select seen.delivery from {{ ref('stg_contours__deliveries') }} as seen
        where seen.verdict = 'accepted'
    )
