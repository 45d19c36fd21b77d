{#
  Senders of which at least one record counts up to each day, by département, région and for France: of a theme with a level
  of cells named like its key `sender`, by a `measure` of it. `column` names their number.
#}
{% macro senders_to_date(theme, sender, measure, column) -%}
    with first_days as (

        select
            case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
            coalesce(dep, reg, 'FR') as geo_code,
            {{ sender }},
            min(day) as first_day
        from (
            select
                coalesce(departements.dep, 'unknown') as dep,
                coalesce(departements.reg, 'unknown') as reg,
                cells.*
            from {{ ref(model_of(theme, 'cells')) }} as cells
            left join {{ ref('departements') }} as departements on cells.place = departements.dep
            where cells.cell_level = '{{ sender }}' and cells.{{ measure }} > 0
        ) as located
        group by {{ sender }}, grouping sets ((dep), (reg), ())

    ),

    new_senders as (

        select
            geo_level,
            geo_code,
            first_day as period_end,
            count(*) as {{ column }}
        from first_days
        group by geo_level, geo_code, first_day
        union all
        select
            geo_level,
            geo_code,
            period_end,
            0 as {{ column }}
        from {{ ref(model_of(theme, 'cube_days')) }}
        where sex = 'all' and age_scheme = 'all'

    ),

    to_date as (

        select
            geo_level,
            geo_code,
            period_end,
            (sum(sum({{ column }})) over (partition by geo_level, geo_code order by period_end))::integer as {{ column }}
        from new_senders
        group by geo_level, geo_code, period_end

    )

    select
        to_date.*,
        calendar.first_day as period_start,
        {{ status_by_age(theme, 'to_date.period_end', 'calendar.received_until') }} as status
    from to_date
    inner join {{ ref(model_of(theme, 'calendar')) }} as calendar
        on to_date.period_end between calendar.first_day and calendar.last_day
{%- endmacro %}
