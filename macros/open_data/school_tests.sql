{# Rates of SI-DEP by school level; `name` is that of the file, which does not follow the others. #}
{% macro school_tests(name, period, place) -%}
    {{ return(layout_of_tests({
        'name': name,
        'title': layout_title(
            {'fr': "Taux par niveau scolaire", 'en': "Rates by school level"}, place, period
        ),
        'description': {
            'fr': "Taux d'incidence (ti) et de dépistage (td) pour 100 000 habitants et taux de positivité (tp, %) par niveau scolaire (0 : tous âges, 02, 05, 10, 14, 17 : borne supérieure, 18 : adultes).",
            'en': "Incidence (ti) and testing (td) rates per 100,000 inhabitants and positivity (tp, %) by school level (0: all ages, 02, 05, 10, 14, 17: upper bound, 18: adults).",
        },
        'order_by': [place, 'semaine', 'age_18ans'],
    })) }}
{%- endmacro %}


{# The rows of such a file: rates per 100,000 and in %, with two decimals. #}
{% macro rows_of_school_tests(period, place) -%}
    with cells as (

        {{ layout_cells(ref('int_testing__cube'), place, period, 'semaine', schemes=['all', 'school']) }}

    )

    select
        {{ place }},
        semaine,
        age as age_18ans,
        {{ official_rounding(rate_per_100k('cases', 'population')) }} as ti,
        {{ official_rounding(percentage('cases', 'tested')) }} as tp,
        {{ official_rounding(rate_per_100k('tested', 'population')) }} as td
    from cells
{%- endmacro %}
