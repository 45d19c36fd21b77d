-- People tested and cases over seven days, for `local_history_days` windows, in the EPCI and métropoles that have any.
-- Days are summed by EPCI first: they are many, and each stands in seven windows.
-- depends_on: {{ ref('int_testing__calendar') }}
with by_day as (

    select
        counted.sampled_on,
        places.epci,
        counted.age_band as age_class,
        sum(counted.tested)::integer as tested,
        sum(counted.cases)::integer as cases
    from {{ ref('int_testing__accumulated') }} as counted
    inner join {{ ref('int_testing__counted_places') }} as places on counted.place = places.place
    where
        counted.cell_level = 'local'
        and counted.sampled_on > {{ last_day_of('int_testing__calendar') }} - {{ var('local_history_days') }} - 6
    group by counted.sampled_on, places.epci, counted.age_band

),

by_window as (

    select
        by_day.epci,
        by_day.sampled_on + offsets.days as period_end,
        by_day.age_class,
        sum(by_day.tested)::integer as tested,
        sum(by_day.cases)::integer as cases
    from by_day
    cross join (select unnest(range(7))::integer as days) as offsets
    group by by_day.epci, by_day.sampled_on + offsets.days, by_day.age_class

),

by_epci as (

    select
        epci,
        period_end,
        coalesce(age_class, 'all') as age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from by_window
    group by epci, period_end, grouping sets ((age_class), ())

),

int_testing__epci_windows as (

    select
        'EPCI' as geo_level,
        epci as geo_code,
        * exclude (epci)
    from by_epci
    union all
    select
        'METRO' as geo_level,
        epci as geo_code,
        * exclude (epci)
    from by_epci
    where epci in (select metropoles.epci from {{ ref('metropoles') }} as metropoles)

)

select * from int_testing__epci_windows
