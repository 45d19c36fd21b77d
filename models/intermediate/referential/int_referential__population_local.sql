-- Default population of the places below the département, all ages and 65plus, both sexes: the total of the
-- communes (of the IRIS at that level) with the share of people of 65 and over of their département.
with shares as (

    select
        ages.dep,
        (sum(case age_years.age65 when '65' then ages.population end) / sum(ages.population))::decimal(12, 10)
            as older_share
    from {{ ref('int_referential__ages') }} as ages
    inner join {{ ref('age_years') }} as age_years on ages.age = age_years.age
    group by ages.dep

),

places as (

    select
        'IRIS' as geo_level,
        iris as geo_code,
        dep,
        population,
        population_vintage
    from {{ ref('int_referential__places') }}
    {% for level, code in [
        ('COM', 'communes.com'), ('EPCI', 'communes.epci'), ('METRO', 'metropoles.epci')
    ] %}
        union all
        select
            '{{ level }}' as geo_level,
            {{ code }} as geo_code,
            communes.dep,
            communes.population,
            {{ default_vintage() }} as population_vintage
        from {{ ref('communes') }} as communes
        left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci
        where {{ code }} is not null
    {% endfor %}

),

totals as (

    select
        places.geo_level,
        places.geo_code,
        places.population_vintage,
        sum(places.population::decimal(20, 6)) as population,
        sum(places.population::decimal(20, 6) * shares.older_share) as older
    from places
    inner join shares on places.dep = shares.dep
    group by places.geo_level, places.geo_code, places.population_vintage

),

int_referential__population_local as (

    {% for scheme, class, measure in [
        ('all', 'all', 'population'), ('65plus', '64', 'population - older'), ('65plus', '65', 'older')
    ] %}
        {{ 'union all' if not loop.first }}
        select
            geo_level,
            geo_code,
            '{{ scheme }}' as age_scheme,
            '{{ class }}' as age_class,
            ({{ measure }})::double as population,
            population_vintage
        from totals
    {% endfor %}

)

select * from int_referential__population_local
