-- People tested and cases by day below the département, for the days that the published windows need: 7 windows of
-- communes and IRIS, `local_history_days` windows of EPCI and métropoles.
-- depends_on: {{ ref('int_testing__calendar') }}
with cells as (

    select cells.* from {{ ref('int_testing__cells') }} as cells
    where
        cells.cell_level = 'local'
        and cells.sampled_on > {{ last_day_of('int_testing__calendar') }} - {{ var('local_history_days') }} - 6

),

located as (

    select
        cells.sampled_on,
        coalesce(iris.iris, 'unknown') as iris,
        coalesce(communes.com, 'unknown') as com,
        coalesce(communes.epci, 'unknown') as epci,
        metropoles.epci as metropole,
        cells.age_band as age_class,
        cells.tested,
        cells.cases
    from cells
    left join {{ ref('int_referential__places') }} as iris on cells.place = iris.iris
    left join {{ ref('commune_arrondissements') }} as arrondissements on cells.place[:5] = arrondissements.arr
    left join {{ ref('communes') }} as communes
        on coalesce(arrondissements.com, cells.place[:5]) = communes.com
    left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci

),

int_testing__local_days as (

    select
        case when grouping(epci) = 0 then 'EPCI' else 'METRO' end as geo_level,
        coalesce(epci, metropole) as geo_code,
        sampled_on,
        coalesce(age_class, 'all') as age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from located
    group by sampled_on, grouping sets ((epci), (metropole)), grouping sets ((age_class), ())
    having grouping(metropole) = 1 or metropole is not null
    union all
    select
        case when grouping(iris) = 0 then 'IRIS' else 'COM' end as geo_level,
        coalesce(iris, com) as geo_code,
        sampled_on,
        coalesce(age_class, 'all') as age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from located
    where sampled_on > {{ last_day_of('int_testing__calendar') }} - 13
    group by sampled_on, grouping sets ((iris), (com)), grouping sets ((age_class), ())

)

select * from int_testing__local_days
