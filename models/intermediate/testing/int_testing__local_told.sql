-- For every place, week and class of age: whether its classes may be told, and its positivity with them. An IRIS that is a
-- whole commune is told as that commune, by its population.
with communes as (

    select
        communes.*,
        {% for name in ['is_told', 'is_told_older'] %}
            communes.{{ name }} and parts.{{ name }} as {{ name }}_in_part{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_testing__told_communes') }} as communes
    inner join {{ ref('int_testing__told_parts') }} as parts using (part, period_end)
    where communes.age_class in ('all', '65')

),

iris as (

    select
        bounds.*,
        places.com,
        sum(bounds.tested_low) over of_commune as all_low,
        sum(bounds.tested_high) over of_commune as all_high
    from {{ ref('int_testing__local_bounds') }} as bounds
    inner join {{ ref('int_referential__places') }} as places on bounds.geo_code = places.iris
    where bounds.geo_level = 'IRIS' and bounds.age_class = 'all'
    window of_commune as (partition by places.com, bounds.period_end)
    qualify count(*) over of_commune > 1

),

int_testing__local_told as (

    select
        'EPCI' as geo_level,
        epci as geo_code,
        epci as told_as,
        period_end,
        unnest(['all', '65']) as age_class,
        unnest([is_told, is_told and is_told_older]) as is_told,
        unnest([with_positivity, older_with_positivity]) as with_positivity
    from {{ ref('int_testing__told_epci') }}
    union all
    select
        unnest(['COM', 'IRIS']) as geo_level,
        unnest([communes.com, alone.iris]) as geo_code,
        communes.com as told_as,
        communes.period_end,
        communes.age_class,
        communes.is_told_in_part
        and (communes.age_class = 'all' or communes.with_older and communes.is_told_older_in_part),
        communes.with_positivity
    from communes
    left join (select com, any_value(iris) as iris from {{ ref('int_referential__places') }} group by com having count(*) = 1)
        as alone on communes.com = alone.com
    union all
    select
        'IRIS' as geo_level,
        iris.geo_code,
        iris.geo_code as told_as,
        iris.period_end,
        'all' as age_class,
        communes.is_told_in_part and communes.is_divided,
        coalesce(
            {{ positivity_leaves_enough(
                'iris',
                'greatest(iris.tested_low, iris.tested_high - (iris.all_high - communes.tested_low))',
                'least(iris.tested_high, iris.tested_low + communes.tested_high - iris.all_low)'
            ) }},
            true
        )
    from iris
    inner join communes on iris.com = communes.com and iris.period_end = communes.period_end and communes.age_class = 'all'

)

select * from int_testing__local_told
where geo_code is not null
