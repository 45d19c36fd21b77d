{#
  Counts of SI-DEP by ten-year age: the family `sp-pos`, people positive and tested, and `sp-pe-tb`, what raw incidence
  rates are made of. France and régions have them by sex, départements have not.
#}
{% macro tests_by_age(family, period, place) -%}
    {%- set told = {
        'sp-pos': {
            'title': {'fr': "Résultats des tests virologiques", 'en': "Virological test results"},
            'fr': "Personnes positives (P) et testées (T)", 'en': "People positive (P) and tested (T)",
        },
        'sp-pe-tb': {
            'title': {'fr': "Taux d'incidence bruts", 'en': "Raw incidence rates"},
            'fr': "Personnes positives (P) et population (pop), dont le taux est 100 000 × P / pop,",
            'en': "People positive (P) and population (pop), of which the rate is 100,000 × P / pop,",
        },
    }[family] -%}
    {%- set fr = " par classe d'âge de dix ans (0 : tous âges)." -%}
    {%- set en = " by ten-year age class (0: all ages)." -%}
    {%- set sex_fr = " Femmes (f) et hommes (h) ; le sexe inconnu n'est que dans le total." -%}
    {%- set sex_en = " Women (f) and men (h); unknown sex is in the total only." -%}
    {{ return(layout_of_tests({
        'name': family ~ '-' ~ period ~ '-' ~ place,
        'title': layout_title(told.title, place, period),
        'description': {
            'fr': told.fr ~ fr ~ (sex_fr if place != 'dep' else ''),
            'en': told.en ~ en ~ (sex_en if place != 'dep' else ''),
        },
        'order_by': [place, layout_periods()[period].column, 'cl_age90'],
    })) }}
{%- endmacro %}


{# The rows of such a file: counts and populations as numbers of people. #}
{% macro rows_of_tests_by_age(family, period, place) -%}
    {%- set time = layout_periods()[period].column -%}
    {%- set by_sex = place != 'dep' -%}
    {%- set figures = [('P', 'cases')] + ([('T', 'tested')] if family == 'sp-pos' else []) -%}
    with cells as (

        {{ layout_cells(
            ref('int_testing__cube'), place, period, time, schemes=['all', 'age10'],
            sexes=['all', 'F', 'M'] if by_sex else ['all']
        ) }}

    )

    select
        {{ place }},
        {{ time }},
        {%- for name, measure in figures %}
        {%- if by_sex %}
        sum({{ measure }}) filter (sex = 'F')::integer as "{{ name }}_f",
        sum({{ measure }}) filter (sex = 'M')::integer as "{{ name }}_h",
        {%- endif %}
        sum({{ measure }}) filter (sex = 'all')::integer as "{{ name }}",
        {%- endfor %}
        {%- if by_sex and family == 'sp-pe-tb' %}
        max(population) filter (sex = 'F') as pop_f,
        max(population) filter (sex = 'M') as pop_h,
        {%- endif %}
        age as cl_age90,
        max(population) filter (sex = 'all') as pop
    from cells
    group by {{ place }}, {{ time }}, age
{%- endmacro %}
