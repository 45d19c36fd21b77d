-- Default population of France, regions and départements by sex and age class: sums of bands.
with band_classes as (

    select distinct
        age_band,
        'all' as age_scheme,
        'all' as age_class
    from {{ ref('age_years') }}
    {% for scheme in ['age10', 'age15', 'school'] %}
    union all
    select distinct
        age_band,
        '{{ scheme }}' as age_scheme,
        {{ scheme }} as age_class
    from {{ ref('age_years') }}
    {% endfor %}

),

int_referential__population_by_class as (

    select
        case when grouping(bands.dep) = 0 then 'DEP' when grouping(departements.reg) = 0 then 'REG' else 'FRA' end
            as geo_level,
        coalesce(bands.dep, departements.reg, 'FR') as geo_code,
        coalesce(bands.sex, 'all') as sex,
        band_classes.age_scheme,
        band_classes.age_class,
        sum(bands.population)::double as population,
        string_agg(distinct bands.population_vintage, ', ' order by bands.population_vintage) as population_vintage
    from {{ ref('int_referential__bands') }} as bands
    inner join {{ ref('departements') }} as departements on bands.dep = departements.dep
    inner join band_classes on bands.age_band = band_classes.age_band
    group by
        band_classes.age_scheme,
        band_classes.age_class,
        grouping sets ((), (departements.reg), (bands.dep)),
        grouping sets ((), (bands.sex))

)

select * from int_referential__population_by_class
