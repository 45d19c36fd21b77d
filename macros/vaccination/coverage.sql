{#
  Vaccination coverage as the official files have it, in %: `people` of `population`, one decimal, never above 99.0, since
  the population of a place is that of another year and people move. NULL where the population is NULL or zero.
#}
{% macro coverage(people, population) -%}
    case when ({{ population }}) > 0 then least(99.0, round({{ percentage(people, population) }}, 1)) end
{%- endmacro %}


{# A coverage: people to date, a figure of the theme, in % of the population of the cell, without an interval. #}
{% macro coverage_of(indicator, name, figure) -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(
            indicator, figure, 'population', coverage(figure, 'population'), population='population_vintage'
        ) }}
    {{ cube_of_indicator(vaccination(), indicator, [figure], cube_to_date(vaccination(), indicator)) }}
{%- endmacro %}


{#
  The declaration of a coverage, completed by what all of them publish; see `indicator_of`. Of départements the official
  files have the ages; `dep_ages` are those of the indicator's own.
#}
{% macro coverage_indicator(name, declared, ages=['all', 'vacsi'], dep_ages=['all']) -%}
    {%- set stem, sexes = name | replace('_', '-'), ['all', 'F', 'M'] -%}
    {%- set period = ['cumulative'] -%}
    {{ return(indicator_of(vaccination(), name, dict({
        'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': period, 'sex': sexes, 'age': ages}],
        'open_data': [
            {'name': stem ~ '-fra', 'geo': ['FRA'], 'period': period, 'sex': sexes, 'age': ages},
            {'name': stem ~ '-reg', 'geo': ['REG'], 'period': period, 'sex': ['all'], 'age': ages},
            {'name': stem ~ '-dep', 'geo': ['DEP'], 'period': period, 'sex': ['all'], 'age': dep_ages},
        ],
        'figures': ['numerator', 'denominator', 'value'],
        'population': true,
        'decimals': 1,
        'unit': {'fr': "% de la population", 'en': "% of the population"},
        'definition': '2021-12-08',
        'changes': residence_since(),
    }, **declared))) }}
{%- endmacro %}


{# What changed in all figures of vaccination on 8 December 2021; for `changes` of a declaration. #}
{% macro residence_since() -%}
    {{ return([{
        'date': '2021-12-08',
        'fr': "Les personnes sont comptées dans leur lieu de résidence ; elles l'étaient dans celui de l'injection.",
        'en': "People are counted where they live; before, they were counted where the injection was given.",
    }]) }}
{%- endmacro %}
