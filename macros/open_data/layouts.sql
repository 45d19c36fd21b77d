{#
  What official layouts have in common. A family of files is one macro for its declaration, one for its rows: `place` is
  'fra', 'reg' or 'dep', which is also the name of the first column; `period` is 'quot' (days), 'heb' (ISO weeks) or '7j'
  (seven days up to each day), as the names of the files say.
#}
{% macro layout_places() -%}
    {{ return({
        'fra': {'level': 'FRA', 'fr': "France", 'en': "France"},
        'reg': {'level': 'REG', 'fr': "régions", 'en': "regions"},
        'dep': {'level': 'DEP', 'fr': "départements", 'en': "départements"},
    }) }}
{%- endmacro %}


{# The periods: which one of the cube it is, its name, and the column that SI-DEP's counts and rates have for it. #}
{% macro layout_periods() -%}
    {{ return({
        'quot': {'period': 'day', 'column': 'jour', 'fr': "par jour", 'en': "by day"},
        'heb': {'period': 'week', 'column': 'week', 'fr': "par semaine", 'en': "by week"},
        '7j': {
            'period': 'rolling7', 'column': 'semaine_glissante',
            'fr': "sur sept jours glissants", 'en': "over seven days",
        },
    }) }}
{%- endmacro %}


{# The title of a file: `title` of its family in both languages, the period if there is a choice, the places. #}
{% macro layout_title(title, place, period=none) -%}
    {%- set places, periods = layout_places()[place], layout_periods() -%}
    {%- set of = {} -%}
    {%- for language in ['fr', 'en'] -%}
        {%- set when = ' ' ~ periods[period][language] if period else '' -%}
        {%- do of.update({language: title[language] ~ when ~ ', ' ~ places[language]}) -%}
    {%- endfor -%}
    {{ return(of) }}
{%- endmacro %}


{# A declaration for `declare_dataset`: `declared`, with what the files of laboratory tests share. #}
{% macro layout_of_tests(declared) -%}
    {{ return(dict(
        {'source': 'sidep', 'fresh_by': '19:00', 'lag_days': 3, 'group': 'screening rates'}, **declared
    )) }}
{%- endmacro %}


{# The same of hospital stays. #}
{% macro layout_of_stays(declared) -%}
    {{ return(dict(
        {'source': 'sivic', 'fresh_by': '19:00', 'lag_days': 0, 'group': 'hospital stays'}, **declared
    )) }}
{%- endmacro %}


{#
  The cells of a cube that a file is made of, with all columns of the cube beside those of the file: the place in a column
  named like `place`, the period in the column `time`, the class of age in `age` (0 for all). `code` is the column of the
  seed `regions` with the code of the feed. What has no known place or age is in no row; it counts in what is above.
#}
{% macro layout_cells(cube, place, period, time, schemes=['all'], sexes=['all'], code='reg_sidep') -%}
    select
        {% if place == 'reg' -%}
        regions.{{ code }} as reg,
        regions.reg_name,
        {%- else -%}
        cube.geo_code as {{ place }},
        {%- endif %}
        {% if period == 'quot' -%}
        cube.period_end
        {%- elif period == 'heb' -%}
        strftime(cube.period_end, '%G-S%V')
        {%- else -%}
        strftime(cube.period_start, '%Y-%m-%d') || '-' || strftime(cube.period_end, '%Y-%m-%d')
        {%- endif %} as {{ time }},
        case cube.age_class when 'all' then '0' else cube.age_class end as age,
        cube.*
    from {{ cube }} as cube
    {%- if place == 'reg' %}
    inner join {{ ref('regions') }} as regions on cube.geo_code = regions.reg
    {%- endif %}
    where
        cube.geo_level = '{{ layout_places()[place].level }}'
        and cube.period = '{{ layout_periods()[period].period }}'
        and cube.age_scheme in ({{ quoted(schemes) }})
        and cube.sex in ({{ quoted(sexes) }})
        and cube.age_class <> 'unknown'
        and cube.geo_code <> 'unknown'
{%- endmacro %}


{# How the classes of the weekly rates of a level, of which `place` is the column, are drawn on the map. #}
{% macro map_of_classes(level, place) -%}
    {{ return({
        'level': level, 'place': place, 'period': 'semaine_glissante', 'age': 'clage_65',
        'classes': {
            'incidence_rate': 'ti_classe', 'testing_rate': 'td_classe', 'positivity_rate': 'tp_classe',
        },
    }) }}
{%- endmacro %}
