-- The outline of each place that the referential knows, of the vintage of its level that arrived last: by the
-- département in which it lies, an EPCI in each of those that it is in.
with delivered as (

    select * from {{ ref('stg_contours__outlines') }}
    where delivery in (select delivery from {{ ref('stg_contours__deliveries') }} where verdict = 'accepted')

),

places as (

    select distinct
        'EPCI' as geo_level,
        epci as geo_code,
        dep,
        {{ default_vintage() }} as place_vintage
    from {{ ref('communes') }}
    where epci is not null
    union all
    select
        'COM' as geo_level,
        com as geo_code,
        dep,
        {{ default_vintage() }} as place_vintage
    from {{ ref('communes') }}
    union all
    select
        'IRIS' as geo_level,
        iris as geo_code,
        dep,
        population_vintage as place_vintage
    from {{ ref('int_referential__places') }}

),

-- What was delivered last says which vintage holds; files of the same one complete each other.
vintages as (

    select
        geo_level,
        max_by(place_vintage, row(arrival, received_on, delivery, line)) as place_vintage
    from delivered
    group by geo_level

),

lasting as (

    select delivered.*
    from delivered
    inner join vintages using (geo_level, place_vintage)
    qualify
        row_number() over (
            partition by delivered.geo_level, delivered.geo_code
            order by delivered.arrival desc, delivered.received_on desc, delivered.delivery desc, delivered.line desc
        ) = 1

),

int_referential__outlines as (

    select
        lasting.geo_level,
        lasting.geo_code,
        places.dep,
        lasting.place_vintage,
        lasting.place_name,
        lasting.source,
        lasting.licence,
        lasting.geometry
    from lasting
    inner join places using (geo_level, geo_code, place_vintage)

)

select * from int_referential__outlines
