{# The family `sp-pe-std` of SI-DEP: incidence standardised on age. #}
{% macro standardised_tests(period, place) -%}
    {{ return(layout_of_tests({
        'name': 'sp-pe-std-' ~ period ~ '-' ~ place,
        'title': layout_title(
            {'fr': "Taux d'incidence standardisés", 'en': "Standardised incidence rates"}, place, period
        ),
        'description': {
            'fr': "Population (pop), personnes positives de tous âges (P) et taux d'incidence pour 100 000 habitants standardisé sur la structure d'âge nationale (tx_std), par classes de dix ans ; l'âge inconnu ne compte que dans P.",
            'en': "Population (pop), people positive of all ages (P) and incidence rate per 100,000 inhabitants standardised on the national age structure (tx_std), by ten-year classes; unknown age counts in P only.",
        },
        'order_by': [place, layout_periods()[period].column],
    })) }}
{%- endmacro %}


{# The rows of such a file: people, and rates per 100,000 with two decimals. #}
{% macro rows_of_standardised_tests(period, place) -%}
    {%- set time = layout_periods()[period].column -%}
    with cells as (

        {{ layout_cells(ref('int_testing__cube'), place, period, time) }}

    )

    select
        cells.{{ place }},
        cells.{{ time }},
        cells.population as pop,
        cells.cases as "P",
        {{ official_rounding('rates.value') }} as tx_std
    from cells
    inner join {{ ref('standardised_incidence_rate') }} as rates using (geo_level, geo_code, period, period_end)
{%- endmacro %}
