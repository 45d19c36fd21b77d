{#
  The themes, one line each with the feed whose deliveries it counts: what loops over themes (catalogue, reconciliation,
  erasure, revisions) knows one from here. With `one`, a feed or the name of a theme, that theme alone: the others are not
  made, since each takes dbt milliseconds, and indicators and tests ask for theirs hundreds of times.
#}
{% macro themes(one=none) -%}
    {%- set found = [] -%}
    {%- if one in (none, 'sidep', 'testing') -%}{%- do found.append(testing()) -%}{%- endif -%}
    {%- if one in (none, 'sivic', 'hospital') -%}{%- do found.append(hospital()) -%}{%- endif -%}
    {%- if one in (none, 'oscour', 'emergency') -%}{%- do found.append(emergency()) -%}{%- endif -%}
    {%- if one in (none, 'sos_medecins', 'house_calls') -%}{%- do found.append(house_calls()) -%}{%- endif -%}
    {%- if one in (none, 'vacsi', 'vaccination') -%}{%- do found.append(vaccination()) -%}{%- endif -%}
    {%- if one in (none, 'contact_covid', 'contact_tracing') -%}{%- do found.append(contact_tracing()) -%}{%- endif -%}
    {%- if one in (none, 'coviprev', 'surveys') -%}{%- do found.append(surveys()) -%}{%- endif -%}
    {%- if one in (none, 'survesms', 'care_homes') -%}{%- do found.append(care_homes()) -%}{%- endif -%}
    {%- if one in (none, 'insee_deces', 'mortality') -%}{%- do found.append(mortality()) -%}{%- endif -%}
    {%- if one in (none, 'monic', 'clusters') -%}{%- do found.append(clusters()) -%}{%- endif -%}
    {%- if one in (none, 'cepidc', 'certificates') -%}{%- do found.append(certificates()) -%}{%- endif -%}
    {%- if one in (none, 'sentinelles', 'sentinel_gps') -%}{%- do found.append(sentinel_gps()) -%}{%- endif -%}
    {%- if one in (none, 'vaccine_logistics', 'vaccine_supply') -%}{%- do found.append(vaccine_supply()) -%}{%- endif -%}
    {%- if one in (none, 'emergen', 'sequencing') -%}{%- do found.append(sequencing()) -%}{%- endif -%}
    {%- if one in (none, 'rea_sentinelle', 'sentinel_icu') -%}{%- do found.append(sentinel_icu()) -%}{%- endif -%}
    {%- if one in (none, 'seroprev', 'serosurvey') -%}{%- do found.append(serosurvey()) -%}{%- endif -%}
    {%- if one in (none, 'sumeau', 'wastewater') -%}{%- do found.append(wastewater()) -%}{%- endif -%}
    {%- if one in (none, 'analyse_risque', 'risk') -%}{%- do found.append(risk()) -%}{%- endif -%}
    {%- if one in (none, 'monde', 'world') -%}{%- do found.append(world()) -%}{%- endif -%}
    {%- if one in (none, 'reserve_sanitaire', 'health_reserve') -%}{%- do found.append(health_reserve()) -%}{%- endif -%}
    {%- if one in (none, 'soignants_infectes', 'infected_staff') -%}{%- do found.append(infected_staff()) -%}{%- endif -%}
    {%- for theme in found if one not in (none, theme.feeds[0], theme.name) -%}
        {%- do declaration_error('theme.feeds', "'" ~ theme.name ~ "' counts " ~ theme.feeds[0] ~ ', not ' ~ one) -%}
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
