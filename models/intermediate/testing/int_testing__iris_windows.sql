-- People tested and cases of the last two whole weeks, in the communes and IRIS that have any.
with weeks as (

    select {{ last_day_of(ref('int_testing__calendar')) }} - ages.days as period_end
    from (select unnest(range(14))::integer as days) as ages
    where isodow(period_end) = 7

),

by_place as (

    select
        counted.place,
        weeks.period_end,
        counted.age_band as age_class,
        sum(counted.tested)::integer as tested,
        sum(counted.cases)::integer as cases
    from ({{ accumulated(testing()) }}) as counted
    inner join weeks on counted.day between weeks.period_end - 6 and weeks.period_end
    where counted.cell_level = 'local' and counted.day > {{ last_day_of(ref('int_testing__calendar')) }} - 20
    group by counted.place, weeks.period_end, counted.age_band

),

-- Each place once, however often it was counted: the lookups are of text.
places as (

    select
        counted.place,
        coalesce(iris.iris, 'unknown') as iris,
        coalesce(communes.com, 'unknown') as com
    from (select distinct by_place.place from by_place) as counted
    left join {{ ref('int_referential__places') }} as iris on counted.place = iris.iris
    left join {{ ref('commune_arrondissements') }} as arrondissements on counted.place[:5] = arrondissements.arr
    left join {{ ref('communes') }} as communes
        on coalesce(arrondissements.com, counted.place[:5]) = communes.com

),

int_testing__iris_windows as (

    select
        case when grouping(places.iris) = 0 then 'IRIS' else 'COM' end as geo_level,
        coalesce(places.iris, places.com) as geo_code,
        by_place.period_end,
        coalesce(by_place.age_class, 'all') as age_class,
        sum(by_place.tested)::integer as tested,
        sum(by_place.cases)::integer as cases
    from by_place
    inner join places on by_place.place = places.place
    group by by_place.period_end, grouping sets ((places.iris), (places.com)), grouping sets ((by_place.age_class), ())

)

select * from int_testing__iris_windows
