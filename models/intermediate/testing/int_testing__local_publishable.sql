-- For every place, week and class of age: whether its classes may be published. An IRIS that is a whole commune is
-- published as that commune, by its population.
with communes as (

    select
        nesting.com,
        communes.period_end,
        communes.age_class,
        parts.is_publishable and (communes.age_class = 'all' or communes.with_older) as is_publishable
    from {{ ref('int_testing__communes_told') }} as communes
    inner join {{ ref('int_referential__nesting') }} as nesting on communes.geo_code = nesting.com
    inner join {{ ref('int_testing__publishable_parts') }} as parts using (part, period_end)
    where communes.age_class in ('all', '65')

),

iris as (

    select
        iris,
        com,
        count(*) over (partition by com) = 1 as is_alone
    from {{ ref('int_referential__places') }}

),

int_testing__local_publishable as (

    select
        'EPCI' as geo_level,
        epci as geo_code,
        epci as published_as,
        period_end,
        unnest(['all', '65']) as age_class,
        unnest([is_publishable, is_publishable and is_publishable_older]) as is_publishable
    from {{ ref('int_testing__publishable_epci') }}
    union all
    select
        'COM' as geo_level,
        com as geo_code,
        com as published_as,
        period_end,
        age_class,
        is_publishable
    from communes
    union all
    select
        'IRIS' as geo_level,
        iris.iris as geo_code,
        case when iris.is_alone then iris.com else iris.iris end as published_as,
        communes.period_end,
        communes.age_class,
        communes.is_publishable and (iris.is_alone or communes.age_class = 'all') as is_publishable
    from iris
    inner join communes on iris.com = communes.com

)

select * from int_testing__local_publishable
