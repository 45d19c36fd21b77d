-- People tested and cases over seven days, for `local_history_days` windows, in the EPCI and métropoles that have any.
with by_window as (

    select
        days.epci,
        days.day + offsets.days as period_end,
        days.age_class,
        sum(days.tested)::integer as tested,
        sum(days.cases)::integer as cases
    from {{ ref('int_testing__epci_days') }} as days
    cross join (select unnest(range(7))::integer as days) as offsets
    where days.day > {{ last_day_of(ref('int_testing__calendar')) }} - {{ var('local_history_days') }} - 6
    group by days.epci, days.day + offsets.days, days.age_class

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
