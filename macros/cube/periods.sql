{#
  From the days of a cube to its periods. Every cube has a cell by geo_level, geo_code, period_end, sex, age_scheme and
  age_class; its measures are dictionaries or lists of names, as in `measures.sql`. `summed_levels` (name -> level) are
  levels that are summed over the days of a period all the same, such as patient-days.
#}

{#
  The seven days ending on each day, from a CTE or relation `days` that has every cell of every day: `flows` are summed,
  `stocks` are those of the last day. Windows of which a day is missing are left out.
#}
{% macro seven_days(days, flows, stocks=(), summed_levels=none) -%}
    select * exclude (days)
    from (
        select
            geo_level,
            geo_code,
            period_end,
            sex,
            age_scheme,
            age_class,
            {{ rolling_measures(flows, 'seven_days') }},
            {% if stocks %}{{ list_measures(stocks, 'days') }},{% endif %}
            {% if summed_levels %}{{ running_levels(summed_levels, 'seven_days') }},{% endif %}
            count(*) over seven_days as days
        from {{ days }} as days
        window seven_days as (
            partition by geo_level, geo_code, sex, age_scheme, age_class
            order by period_end
            rows between 6 preceding and current row
        )
    ) as windows
    where days = 7
{%- endmacro %}


{#
  A cube: its `measures` by day, seven days and ISO week, from relations `days` and `windows` that have them, with the
  population of the cell and the status of the figure. Periods that the calendar does not hold whole are left out.
  Relations and not CTEs: a CTE that is read twice is computed whole, also for who asks for one day.
#}
{% macro cube(days, windows, calendar, measures, summed_levels=none) -%}
    with periods as (

        select
            'day' as period,
            period_end as period_start,
            {% for name, level in (summed_levels or {}).items() %}{{ level }} as {{ name }}, {% endfor %}
            *
        from {{ days }}
        union all by name
        select 'rolling7' as period, period_end - 6 as period_start, * from {{ windows }}
        union all by name
        select 'week' as period, period_end - 6 as period_start, * from {{ windows }}
        where isodow(period_end) = 7

    )

    select
        periods.geo_level,
        periods.geo_code,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.sex,
        periods.age_scheme,
        periods.age_class,
        {{ list_measures((measures | list) + ((summed_levels or {}) | list), 'periods') }},
        population.population,
        population.population_vintage,
        {{ status_by_age('periods.period_end', 'calendar.received_until') }} as status
    from periods
    inner join {{ calendar }} as calendar
        on periods.period_start >= calendar.first_day and periods.period_end <= calendar.last_day
    left join {{ ref('int_referential__population') }} as population
        on
            periods.geo_level = population.geo_level
            and periods.geo_code = population.geo_code
            and periods.sex = population.sex
            and periods.age_scheme = population.age_scheme
            and periods.age_class = population.age_class
            and periods.period_end >= population.valid_from
            and periods.period_end < population.valid_to
{%- endmacro %}
