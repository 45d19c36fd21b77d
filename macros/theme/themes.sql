{#
  The themes, one line each with the feed whose deliveries it counts: what loops over themes (catalogue, reconciliation,
  erasure, revisions) knows one from here. With `feed` the theme of that feed alone: the others are not made, since each
  takes dbt milliseconds, and indicators ask for theirs hundreds of times.
#}
{% macro themes(feed=none) -%}
    {%- set found = [] -%}
    {%- if feed in (none, 'sidep') -%}{%- do found.append(testing()) -%}{%- endif -%}
    {%- if feed in (none, 'sivic') -%}{%- do found.append(hospital()) -%}{%- endif -%}
    {%- if feed in (none, 'oscour') -%}{%- do found.append(emergency()) -%}{%- endif -%}
    {%- if feed in (none, 'sos_medecins') -%}{%- do found.append(house_calls()) -%}{%- endif -%}
    {%- if feed in (none, 'vacsi') -%}{%- do found.append(vaccination()) -%}{%- endif -%}
    {%- if feed in (none, 'contact_covid') -%}{%- do found.append(contact_tracing()) -%}{%- endif -%}
    {%- if feed in (none, 'coviprev') -%}{%- do found.append(surveys()) -%}{%- endif -%}
    {%- if feed in (none, 'survesms') -%}{%- do found.append(care_homes()) -%}{%- endif -%}
    {%- if feed in (none, 'insee_deces') -%}{%- do found.append(mortality()) -%}{%- endif -%}
    {%- if feed in (none, 'monic') -%}{%- do found.append(clusters()) -%}{%- endif -%}
    {%- if feed in (none, 'cepidc') -%}{%- do found.append(certificates()) -%}{%- endif -%}
    {%- if feed in (none, 'sentinelles') -%}{%- do found.append(sentinel_gps()) -%}{%- endif -%}
    {%- if feed in (none, 'vaccine_logistics') -%}{%- do found.append(vaccine_supply()) -%}{%- endif -%}
    {%- if feed in (none, 'emergen') -%}{%- do found.append(sequencing()) -%}{%- endif -%}
    {%- if feed in (none, 'rea_sentinelle') -%}{%- do found.append(sentinel_icu()) -%}{%- endif -%}
    {%- if feed in (none, 'seroprev') -%}{%- do found.append(serosurvey()) -%}{%- endif -%}
    {%- if feed in (none, 'sumeau') -%}{%- do found.append(wastewater()) -%}{%- endif -%}
    {%- if feed in (none, 'analyse_risque') -%}{%- do found.append(risk()) -%}{%- endif -%}
    {%- if feed in (none, 'monde') -%}{%- do found.append(world()) -%}{%- endif -%}
    {%- if feed in (none, 'reserve_sanitaire') -%}{%- do found.append(health_reserve()) -%}{%- endif -%}
    {%- if feed in (none, 'soignants_infectes') -%}{%- do found.append(infected_staff()) -%}{%- endif -%}
    {%- for theme in found if feed not in (none, theme.feeds[0]) -%}
        {%- do declaration_error('theme.feeds', "'" ~ theme.name ~ "' counts " ~ theme.feeds[0] ~ ', not ' ~ feed) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# One row per delivery that counts, by the feed of its theme, with the number of the batch that took it in. #}
{% macro batches_of_themes() -%}
    {%- for theme in themes() %}
    select
        '{{ theme.feeds[0] }}' as feed,
        batch,
        delivery
    from {{ ref(model_of(theme, 'batches')) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The rows to be erased of every theme that holds persons, each with its feed. #}
{% macro rows_to_erase_of_themes() -%}
    {%- for theme in themes() if theme.persons %}
    select
        '{{ theme.feeds[0] }}' as feed,
        *
    from {{ ref(model_of(theme, 'rows_to_erase')) }}
    {{ "union all by name" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The accounts of the feeds of all themes, and `others`: models of the accounts of feeds that no theme counts. #}
{% macro accounts_of_themes(others) -%}
    {%- for theme in themes() %}
    select * from {{ ref(model_of(theme, 'account')) }}
    union all by name
    {%- endfor %}
    {%- for name in others %}
    select * from {{ ref(name) }}
    {{ "union all by name" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
  What changed in the figures that revisions explain (`explains` of a theme) by batch, reason, day and département, every
  sex and age together; one row per figure that is not zero, in the column `difference`.
#}
{% macro counted_of_themes() -%}
    {%- for theme in themes() if theme.explains %}
    {%- set measures = theme.explains | select('in', theme.measures) | list %}
    select
        '{{ theme.feeds[0] }}' as feed,
        batch,
        reason,
        measure,
        day,
        place,
        difference
    from (
        unpivot (
            select
                batch,
                reason,
                day,
                place,
                {% for measure in measures -%}
                sum({{ measure }})::bigint as {{ measure }}{{ "," if not loop.last }}
                {% endfor %}
            from {{ ref(model_of(theme, 'changes')) }}
            where cell_level = '{{ finest_of(theme) }}'
            group by all
        )
        on {{ measures | join(', ') }}
        into name measure value difference
    )
    where difference <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Where each measure that revisions explain is published, of all themes: `meta.explains` of `counted_changes`. #}
{% macro explained_by_themes() -%}
    {%- set explained = {} -%}
    {%- for theme in themes() -%}
        {%- for measure, of in theme.explains.items() -%}
            {%- do explained.update({measure: dict(of, feed=theme.feeds[0])}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(explained) }}
{%- endmacro %}


{#
  For `explains` of a theme: a measure is the value of the rows by day, every sex and age together, of the dataset of an
  indicator.
#}
{% macro explained_by(dataset) -%}
    {{ return({
        'figure': 'value', 'day': 'period_end', 'place': 'geo_code', 'dataset': dataset,
        'rows': "period = 'day' and sex = 'all' and age_scheme = 'all'",
    }) }}
{%- endmacro %}
