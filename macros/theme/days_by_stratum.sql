{#
  The model `int_<theme>__strata`: the days of a theme by strata that its cube does not hold, because they are too many to
  be columns of it or are published without sex and age. Each scheme of `days_by_stratum` is a level of cells with a key of
  that name, of which the values are the strata. France, régions and départements; every figure of the cube, the flows of the day and the
  stocks at its end; every cell present, zero included.
#}
{% macro days_by_stratum_of(theme) -%}
    {%- do config(materialized='table', meta={'texts': texts_of(theme.figures)}) -%}
    {%- set keys = ['geo_level', 'geo_code', 'period_end', 'stratum_scheme', 'stratum'] -%}
    with located as (

        {%- for scheme in theme.days_by_stratum %}
        select
            cells.day as period_end,
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            '{{ scheme }}' as stratum_scheme,
            cells.{{ scheme }} as stratum,
            {{ list_measures(theme.measures, 'cells') }}
        from {{ ref(model_of(theme, 'cells')) }} as cells
        left join {{ ref('departements') }} as departements on cells.place = departements.dep
        where cells.cell_level = '{{ scheme }}'
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    ),

    counted as (

        select
            case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
            coalesce(dep, reg, 'FR') as geo_code,
            period_end,
            stratum_scheme,
            stratum,
            {{ sum_measures(theme.measures) }}
        from located
        group by period_end, stratum_scheme, stratum, grouping sets ((dep), (reg), ())

    ),

    every_cell as (

        select
            places.geo_level,
            places.geo_code,
            days.period_end,
            strata.stratum_scheme,
            strata.stratum,
            {%- for name, of in theme.measures.items() %}
            coalesce(counted.{{ name }}, 0)::{{ of.type }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            select unnest(generate_series(first_day, last_day, interval {{ days_between_cells(theme) }} day))::date as period_end
            from {{ ref(model_of(theme, 'calendar')) }}
        ) as days
        cross join ({{ places_of_cube() }}) as places
        cross join (
            values
            {%- for scheme in theme.days_by_stratum %}
            {%- for stratum in strata_of(theme.strata[scheme]) %}
            ('{{ scheme }}', '{{ stratum }}'){{ ',' if not loop.last }}
            {%- endfor %}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as strata (stratum_scheme, stratum)
        left join counted using ({{ keys | join(', ') }})

    )

    select
        {{ list_measures(keys, 'every_cell') }},
        'day' as period,
        every_cell.period_end as period_start,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        {{ list_measures(theme.flows, 'every_cell') }},
        {% if theme.stocks %}{{ running_stocks(theme.stocks, 'to_date') }},{% endif %}
        {{ status_by_age(theme, 'every_cell.period_end', 'calendar.received_until') }} as status
    from every_cell
    cross join {{ ref(model_of(theme, 'calendar')) }} as calendar
    window to_date as (
        partition by every_cell.geo_level, every_cell.geo_code, every_cell.stratum_scheme, every_cell.stratum
        order by every_cell.period_end
    )
{%- endmacro %}
