-- The weeks of a year to be assessed and those that its baseline is fitted on, by the year assessed: ISO weeks that the
-- deaths known hold whole. A week in the years before is fitted on when it is of spring or autumn.
{% set setting = var('baseline') %}
with calendar as (

    select * from {{ ref('int_mortality__calendar') }}

),

deaths as (

    select min(day) as first_day from {{ ref('int_mortality__cells') }}
    where cell_level = 'commune' and deaths > 0

),

weeks as (

    select
        sunday::date as week_end,
        isoyear(sunday::date) as iso_year,
        weekofyear(sunday::date) as iso_week,
        sunday::date - 6 >= calendar.first_day as is_observed
    from calendar
    cross join deaths
    cross join unnest(generate_series(
        deaths.first_day + 13 - isodow(deaths.first_day - 1)::integer, calendar.last_day, interval 7 day
    )) as sundays (sunday)

),

assessed as (

    select distinct iso_year as assessed_year from weeks
    where is_observed

),

int_mortality__weeks as (

    select
        assessed.assessed_year,
        weeks.week_end,
        weeks.iso_year = assessed.assessed_year as is_assessed,
        min(weeks.week_end - 6) filter (weeks.iso_year < assessed.assessed_year) over of_year as fitted_from,
        count(distinct weeks.iso_year) filter (weeks.iso_year < assessed.assessed_year) over of_year as years_fitted
    from assessed
    inner join weeks
        on
            assessed.assessed_year = weeks.iso_year and weeks.is_observed
            or (
                weeks.iso_year between assessed.assessed_year - {{ setting.years }} and assessed.assessed_year - 1
                and (
                    weeks.iso_week between {{ setting.spring | join(' and ') }}
                    or weeks.iso_week between {{ setting.autumn | join(' and ') }}
                )
            )
    window of_year as (partition by assessed.assessed_year)

)

select * from int_mortality__weeks
