{#
  The official files of CoviPrev: the estimates of each wave and the bounds of their intervals, with a decimal comma. `by`
  is 'france', 'age', 'sexe' or 'region'. The names are those of the published files; the order of those that follow anxiety
  is that in which the catalogue of indicators has them.
#}
{% macro layout_of_coviprev(by) -%}
    {%- set told = {
        'france': {'fr': "France", 'en': "France"},
        'age': {'fr': "par âge", 'en': "by age"},
        'sexe': {'fr': "par sexe (1 : hommes, 2 : femmes)", 'en': "by sex (1: men, 2: women)"},
        'region': {'fr': "régions", 'en': "régions"},
    }[by] -%}
    {{ return({
        'name': 'coviprev-' ~ by,
        'title': {
            'fr': "CoviPrev : santé mentale et prévention, " ~ told.fr,
            'en': "CoviPrev: mental health and prevention, " ~ told.en,
        },
        'description': {
            'fr': "Estimations par vague d'enquête et bornes de leur intervalle à 95 % (_inf, _sup) : anxiété, dépression, problèmes de sommeil (%), mesures de prévention (% de ceux qui les adoptent systématiquement, nombre moyen).",
            'en': "Estimates by survey wave and bounds of their 95 % interval (_inf, _sup): anxiety, depression, problems of sleep (%), measures of prevention (% who adopt them systematically, mean number).",
        },
        'source': 'coviprev',
        'order_by': [coviprev_files()[by].column, 'semaine'],
        'fresh_by': '19:00',
        'lag_days': 30,
        'group': 'survey estimates',
    }) }}
{%- endmacro %}


{# The files: the first column, the SQL of its value, and the cells that it is made of. #}
{% macro coviprev_files() -%}
    {{ return({
        'france': {'column': 'fra', 'sql': 'geo_code', 'where': "geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'"},
        'age': {
            'column': 'age',
            'sql': "case age_class when '24' then '18-24' when '34' then '25-34' when '49' then '35-49' when '64' then '50-64' else '65+' end",
            'where': "age_scheme = 'coviprev' and age_class <> 'unknown'",
        },
        'sexe': {'column': 'sexe', 'sql': "case sex when 'M' then 1 else 2 end", 'where': "sex in ('F', 'M')"},
        'region': {'column': 'reg', 'sql': 'geo_code', 'where': "geo_level = 'REG' and geo_code <> 'unknown'"},
    }) }}
{%- endmacro %}


{# The figures by their published name: the question, what its mean is multiplied by, and the most that it can be. #}
{% macro coviprev_names() -%}
    {{ return({
        'anxiete': ('anxiety', 100, 100), 'depression': ('depression', 100, 100), 'pbsommeil': ('sleep_problems', 100, 100),
        'hyg4mes': ('all_hygiene_measures', 100, 100), 'dist3mes': ('all_distancing_measures', 100, 100),
        'nbmoy7mes': ('measures', 1, 7), 'nbmoy4mesHyg': ('hygiene_measures', 1, 4), 'dist1m': ('distance', 100, 100),
        'portmasque': ('mask', 100, 100),
    }) }}
{%- endmacro %}


{# The rows of such a file, from the estimates that rest on enough answers. #}
{% macro rows_of_coviprev(by) -%}
    {%- set file = coviprev_files()[by] -%}
    with cells as (

        select
            {{ file.sql }} as {{ file.column }},
            'Vague ' || waves.wave || ' : ' || {{ french_span('waves.period_start', 'waves.period_end') }} as semaine,
            estimates.question,
            estimates.mean,
            1.959964 * estimates.standard_error as margin
        from {{ ref('int_surveys__estimates') }} as estimates
        inner join {{ ref('int_surveys__waves') }} as waves on estimates.period_end = waves.period_end
        where {{ file.where }} and estimates.answers >= {{ var('minimum_answers') }}

    )

    select
        {{ file.column }},
        semaine,
        {%- for name, (question, factor, most) in coviprev_names().items() %}
        {%- set decimals = 1 if factor == 100 else 2 %}
        {%- set figures = {
            name: 'mean', name ~ '_inf': 'greatest(0, mean - margin)',
            name ~ '_sup': 'least(' ~ most / factor ~ ', mean + margin)',
        } %}
        {%- set last = loop.last %}
        {%- for column, figure in figures.items() %}
        max({{ with_comma(factor ~ ' * ' ~ figure, decimals) }}) filter (question = '{{ question }}') as {{ column }}
        {{- ',' if not (last and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from cells
    group by {{ file.column }}, semaine
{%- endmacro %}


{#
  A number as text with a decimal comma and that many decimals, rounded as series are: printf() alone rounds what a double
  holds, so that 1.115 would be 1,11 here and 1.12 there.
#}
{% macro with_comma(number, decimals) -%}
    replace(printf('%.{{ decimals }}f', round(({{ number }})::double, {{ decimals }})), '.', ',')
{%- endmacro %}


{# Days as French writes them in the name of a wave: "18-20 mai", "30 mars-1er avril". #}
{% macro french_span(first, last) -%}
    case
        when month({{ first }}) = month({{ last }}) then {{ french_day(first) }}
        else {{ french_day(first) }} || ' ' || {{ french_month(first) }}
    end || '-' || {{ french_day(last) }} || ' ' || {{ french_month(last) }}
{%- endmacro %}


{# The day of a month, the first one as French writes it. #}
{% macro french_day(day) -%}
    case when day({{ day }}) = 1 then '1er' else day({{ day }})::varchar end
{%- endmacro %}


{# The French name of the month of a day. #}
{% macro french_month(day) -%}
    [
        'janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'
    ][month({{ day }})]
{%- endmacro %}
