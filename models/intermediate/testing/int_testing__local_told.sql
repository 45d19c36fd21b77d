-- For every place, week and class of age: whether its classes may be told. An IRIS that is a whole commune is told as
-- that commune, by its population.
with communes as (

    select
        communes.com,
        communes.period_end,
        communes.age_class,
        communes.is_divided,
        case communes.age_class
            when 'all' then communes.is_told and parts.is_told
            else communes.with_older and communes.is_told_older and parts.is_told and parts.is_told_older
        end as is_told
    from {{ ref('int_testing__told_communes') }} as communes
    inner join {{ ref('int_testing__told_parts') }} as parts using (part, period_end)
    where communes.age_class in ('all', '65')

),

iris as (

    select
        iris,
        com,
        count(*) over (partition by com) = 1 as is_alone
    from {{ ref('int_referential__places') }}

),

int_testing__local_told as (

    select
        'EPCI' as geo_level,
        epci as geo_code,
        epci as told_as,
        period_end,
        unnest(['all', '65']) as age_class,
        unnest([is_told, is_told and is_told_older]) as is_told
    from {{ ref('int_testing__told_epci') }}
    union all
    select
        'COM' as geo_level,
        com as geo_code,
        com as told_as,
        period_end,
        age_class,
        is_told
    from communes
    union all
    select
        'IRIS' as geo_level,
        iris.iris as geo_code,
        case when iris.is_alone then iris.com else iris.iris end as told_as,
        communes.period_end,
        communes.age_class,
        communes.is_told and (iris.is_alone or communes.is_divided and communes.age_class = 'all') as is_told
    from iris
    inner join communes on iris.com = communes.com

)

select * from int_testing__local_told
