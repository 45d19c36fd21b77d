{#
  The official table of SurSaUD: emergency visits and acts of SOS Médecins at one level of places, by day or ISO week and
  class of age. `place` is the first column, `period` `day` or `week`. Classes are A to E until 3 November 2021 and 1 to 6
  of periods that begin later; sexes are told of all ages alone. Régions 07 and 08 are Saint-Barthélemy and Saint-Martin,
  which are no part of France there and no départements. A département of which nothing was coded is left empty; in
  régions and France every zero is.
#}
{% macro sursaud_layout(place, period) -%}
    {%- set counts = {
        'pass_corona': 'visits_covid', 'pass_tot': 'visits_coded', 'hospit_corona': 'hospitalised_covid',
        'acte_corona': 'acts_covid', 'acte_tot': 'acts_coded'
    } -%}
    with figures as (

        select
            *,
            period_start >= date '2021-11-04' as is_recent
        from {{ ref('int_emergency__cube') }}
        full join (
            select * exclude (population, population_vintage, status) from {{ ref('int_house_calls__cube') }}
        ) as house_calls
            using (geo_level, geo_code, period, period_start, period_end, sex, age_scheme, age_class)
        where
            period = '{{ period }}' and geo_level = '{{ 'REG' if place == 'reg' else 'DEP' }}'
            -- A place that never sent anything is not in the tables; 11 is a région and a département.
            and (geo_level, geo_code) in (
                select (sent.geo_level, sent.geo_code) from {{ ref('int_emergency__cube') }} as sent where sent.visits > 0
                union all
                select (sent.geo_level, sent.geo_code) from {{ ref('int_house_calls__cube') }} as sent where sent.acts > 0
            )
            and geo_code <> 'unknown'

    ),

    classes as (

        select
            'all' as age_scheme,
            'all' as age_class,
            unnest([true, false]) as is_recent,
            '0' as code
        union all
        select 'sursaud6', sursaud6, true, code from {{ ref('sursaud_ages') }}
        where valid_until > date '2021-11-04'
        union all
        select 'sursaud', sursaud, false, code from {{ ref('sursaud_ages') }}
        where valid_until <= date '2021-11-04'

    ),

    cells as (

        select
            {% if place == 'reg' -%}
            case figures.geo_code when '977' then '07' when '978' then '08' else figures.geo_code end as reg,
            {%- else -%}
            {{ "'FR'" if place == 'fra' else 'figures.geo_code' }} as {{ place }},
            {%- endif %}
            figures.period_end,
            classes.code,
            {%- for name, measure in counts.items() %}
            coalesce(sum(figures.{{ measure }}) filter (figures.sex = 'all'), 0)::bigint as nbre_{{ name }},
            case when classes.code = '0' then coalesce(sum(figures.{{ measure }}) filter (figures.sex = 'M'), 0) end::bigint
                as nbre_{{ name }}_h,
            case when classes.code = '0' then coalesce(sum(figures.{{ measure }}) filter (figures.sex = 'F'), 0) end::bigint
                as nbre_{{ name }}_f{{ "," if not loop.last }}
            {%- endfor %}
        from figures
        inner join classes using (age_scheme, age_class, is_recent)
        {% if place != 'reg' %}where figures.geo_code not in ('977', '978'){% endif %}
        group by {% if place != 'fra' %}figures.geo_code, {% endif %}figures.period_end, classes.code

    )

    select
        {{ place }},
        {% if period == 'day' -%}
        period_end as date_de_passage
        {%- else -%}
        strftime(period_end, '%G-S%V') as semaine
        {%- endif %},
        code as sursaud_cl_age_corona,
        {%- for name in ['pass_corona', 'pass_tot', 'hospit_corona', 'pass_corona_h', 'pass_corona_f', 'pass_tot_h',
            'pass_tot_f', 'hospit_corona_h', 'hospit_corona_f', 'acte_corona', 'acte_tot', 'acte_corona_h',
            'acte_corona_f', 'acte_tot_h', 'acte_tot_f'] %}
        {% if place == 'dep' -%}
        case when nbre_{{ 'acte' if 'acte' in name else 'pass' }}_tot > 0 then nbre_{{ name }} end as nbre_{{ name }}
        {%- else -%}
        nullif(nbre_{{ name }}, 0) as nbre_{{ name }}
        {%- endif %}{{ "," if not loop.last }}
        {%- endfor %}
    from cells
{%- endmacro %}
