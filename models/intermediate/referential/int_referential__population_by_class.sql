-- Default population of France, regions and départements by sex and age class: sums of bands, and of ages where the
-- bounds of a scheme are not among those of the bands.
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

cells as (

    select
        bands.dep,
        departements.reg,
        bands.sex,
        band_classes.age_scheme,
        band_classes.age_class,
        bands.population,
        bands.population_vintage
    from {{ ref('int_referential__bands') }} as bands
    inner join {{ ref('departements') }} as departements on bands.dep = departements.dep
    inner join band_classes on bands.age_band = band_classes.age_band
    union all
    select
        ages.dep,
        departements.reg,
        ages.sex,
        age_classes.age_scheme,
        age_classes.age_class,
        sum(ages.population) as population,
        ages.population_vintage
    from {{ ref('int_referential__ages') }} as ages
    inner join {{ ref('departements') }} as departements on ages.dep = departements.dep
    inner join {{ ref('age_classes') }} as age_classes
        on
            age_classes.age_scheme in ('vacsi', 'vacsi12')
            and ages.age between age_classes.lower_age and age_classes.upper_age
    group by all

),

int_referential__population_by_class as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        coalesce(sex, 'all') as sex,
        age_scheme,
        age_class,
        round(sum(population), 9)::double as population,
        string_agg(distinct population_vintage, ', ' order by population_vintage) as population_vintage
    from cells
    group by age_scheme, age_class, rollup(reg, dep), rollup(sex)

)

select * from int_referential__population_by_class
