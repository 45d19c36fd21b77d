-- People tested and cases by day below the département, for the days that the published windows need: 7 windows of
-- communes and IRIS, `local_history_days` windows of EPCI and métropoles.
-- depends_on: {{ ref('int_testing__calendar') }}
with counted as (

    select
        sampled_on,
        place,
        age_band as age_class,
        tested,
        cases
    from {{ ref('int_testing__accumulated') }}
    where
        cell_level = 'local'
        and sampled_on > {{ last_day_of('int_testing__calendar') }} - {{ var('local_history_days') }} - 6

),

-- Each place once, however often it is counted.
places as (

    select
        counted.place,
        coalesce(iris.iris, 'unknown') as iris,
        coalesce(communes.com, 'unknown') as com,
        coalesce(communes.epci, 'unknown') as epci,
        metropoles.epci as metropole
    from (select distinct place from counted) as counted
    left join {{ ref('int_referential__places') }} as iris on counted.place = iris.iris
    left join {{ ref('commune_arrondissements') }} as arrondissements on counted.place[:5] = arrondissements.arr
    left join {{ ref('communes') }} as communes
        on coalesce(arrondissements.com, counted.place[:5]) = communes.com
    left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci

),

by_epci as (

    select
        counted.sampled_on,
        places.epci,
        places.metropole,
        counted.age_class,
        sum(counted.tested) as tested,
        sum(counted.cases) as cases
    from counted
    inner join places on counted.place = places.place
    group by counted.sampled_on, places.epci, places.metropole, counted.age_class

),

by_iris as (

    select
        counted.sampled_on,
        places.iris,
        places.com,
        counted.age_class,
        sum(counted.tested) as tested,
        sum(counted.cases) as cases
    from counted
    inner join places on counted.place = places.place
    where counted.sampled_on > {{ last_day_of('int_testing__calendar') }} - 13
    group by counted.sampled_on, places.iris, places.com, counted.age_class

),

epci_days as (

    select
        case when grouping(epci) = 0 then 'EPCI' else 'METRO' end as geo_level,
        coalesce(epci, metropole) as geo_code,
        sampled_on,
        coalesce(age_class, 'all') as age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from by_epci
    group by sampled_on, grouping sets ((epci), (metropole)), grouping sets ((age_class), ())

),

iris_days as (

    select
        case when grouping(iris) = 0 then 'IRIS' else 'COM' end as geo_level,
        coalesce(iris, com) as geo_code,
        sampled_on,
        coalesce(age_class, 'all') as age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from by_iris
    group by sampled_on, grouping sets ((iris), (com)), grouping sets ((age_class), ())

),

int_testing__local_days as (

    -- Most places are in no métropole.
    select * from epci_days where geo_code is not null
    union all
    select * from iris_days

)

select * from int_testing__local_days
