{#
  Medians of a delay over days, seven days and weeks, in France, régions and départements: from the cells of `level`, of
  which the key `delay` holds the delay. `people` is the SQL of how many a cell holds. Where `age_scheme` is a scheme of the
  theme, by its classes too. Gives the median (`median_delay`, the middle value or the mean of the two middle ones), the
  number of people, and how many stand below 24.
#}
{% macro delays_of(theme, level, delay, people, age_scheme=none) -%}
    {%- set keys = ['geo_level', 'geo_code', 'period', 'period_start', 'period_end', 'age_scheme', 'age_class'] -%}
    with cells as (

        select
            *,
            {{ people }} as people
        from {{ ref(model_of(theme, 'cells')) }}
        where cell_level = '{{ level }}' and {{ people }} > 0

    ),

    periods as (

        {{ windows_of('cells', ['place', 'age_band', delay, 'people'], ref(model_of(theme, 'calendar'))) }}

    ),

    located as (

        select
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            {%- if age_scheme %}
            coalesce(bands.{{ age_column(age_scheme) }}, 'unknown') as age_class,
            {%- endif %}
            periods.*
        from periods
        left join {{ ref('departements') }} as departements on periods.place = departements.dep
        {%- if age_scheme %}
        left join (
            select distinct {{ theme.band }} as age_band, {{ age_column(age_scheme) }} from {{ ref(theme.bands) }}
        ) as bands on periods.age_band = bands.age_band
        {%- endif %}

    ),

    histograms as (

        select
            case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
            coalesce(dep, reg, 'FR') as geo_code,
            period,
            period_start,
            period_end,
            {%- if age_scheme %}
            case when grouping(age_class) = 0 then '{{ age_scheme }}' else 'all' end as age_scheme,
            coalesce(age_class, 'all') as age_class,
            {%- else %}
            'all' as age_scheme,
            'all' as age_class,
            {%- endif %}
            {{ delay }} as delay,
            sum(people) as people
        from located
        group by period, period_start, period_end, {{ delay }}, grouping sets ((dep), (reg), ())
            {%- if age_scheme %}, grouping sets ((age_class), ()){% endif %}

    )

    select
        medians.*,
        'all' as sex,
        {{ status_by_age(theme, 'medians.period_end', 'calendar.received_until') }} as status
    from ({{ median_of_histogram('histograms', keys) }}) as medians
    cross join {{ ref(model_of(theme, 'calendar')) }} as calendar
{%- endmacro %}
