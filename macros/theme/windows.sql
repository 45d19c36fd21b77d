{#
  Rows by day (column `day`) brought to the three periods: the day itself, the seven days ending on each date, the ISO
  week; only windows that lie between the first and the last day of `calendar`. A row is
  repeated in each window that holds it, so that what follows is one sum.
#}
{% macro windows_of(relation, columns, calendar) -%}
    select
        windows.period,
        windows.period_start,
        windows.period_end,
        {% for column in columns -%}
        days.{{ column }}{{ ", " if not loop.last }}
        {%- endfor %}
    from {{ relation }} as days
    inner join (
        select
            'day' as period,
            day::date as period_start,
            day::date as period_end
        from {{ calendar }}, unnest(generate_series(first_day, last_day, interval 1 day)) as d (day)
        union all
        select
            unnest(case when isodow(day::date) = 7 then ['rolling7', 'week'] else ['rolling7'] end) as period,
            day::date - 6 as period_start,
            day::date as period_end
        from
            {{ calendar }},
            unnest(generate_series(first_day + 6, last_day, interval 1 day)) as d (day)
    ) as windows
        on days.day between windows.period_start and windows.period_end
{%- endmacro %}


{#
  Median of `delay` weighted by `people`, by `keys`: the middle value, or the mean of the two middle ones. Beside it the
  number of people and how many stand below 24.
#}
{% macro median_of_histogram(histogram, keys) -%}
    select
        {{ keys | join(', ') }},
        sum(people)::bigint as people,
        coalesce(sum(people) filter (delay < 24), 0)::bigint as people_under_24,
        (
            min(delay) filter (people_up_to >= floor((people_in_all + 1) / 2))
            + min(delay) filter (people_up_to >= ceil((people_in_all + 1) / 2))
        ) / 2.0::double as median_delay
    from (
        select
            *,
            sum(people) over (partition by {{ keys | join(', ') }} order by delay) as people_up_to,
            sum(people) over (partition by {{ keys | join(', ') }}) as people_in_all
        from {{ histogram }}
    ) as cumulated
    group by {{ keys | join(', ') }}
{%- endmacro %}
