{#
  The model `int_<theme>__changes`: what the batches of deliveries that were not taken in yet change in the figures of a
  theme: the signed difference between the state after and the state before, by finest cell and by reason, and a mark
  for each delivery, so that a batch that changes nothing is known to be taken in. `facts` is the model of what each
  record or stay brings, one row per fact, with `sign`, `reason`, `day`, `place` and the keys of the theme's levels.
#}
{% macro changes_of(theme, facts='facts') -%}
    {%- do config(
        materialized='incremental', incremental_strategy='append', post_hook='{{ lay_out_sealed() }}',
        meta={'sealed': sealed(theme), 'texts': dict(theme.key_texts, **texts_of(theme.measures))}
    ) -%}
    {%- set changes, batches = model_of(theme, 'changes'), model_of(theme, 'batches') -%}
    -- Read once by every level, so computed once.
    with facts as materialized (

        select * from {{ ref(model_of(theme, facts)) }}

    ),

    differences as (
        {% for level, of in theme.levels.items() %}
        select
            '{{ level }}' as cell_level,
            day,
            {{ of.get('place', 'place') }} as place,
            {%- for key, total in theme['keys'].items() %}
            {{ of['keys'].get(key, total) }} as {{ key }},
            {%- endfor %}
            reason,
            {{ signed_measures(theme.measures, of.get('measures')) }}
        from facts
        {% if 'where' in of %}where {{ of['where'] }}{% endif %}
        group by all
        {{ "union all" if not loop.last }}
        {%- endfor %}

    ),

    marks as (

        select
            'delivery' as cell_level,
            received_on as day,
            delivery::varchar as place,
            {%- for key, total in theme['keys'].items() %}
            {{ total }} as {{ key }},
            {%- endfor %}
            'new_rows' as reason,
            {{ no_measures(theme.measures) }},
            batch
        from {{ ref(batches) }}
        where batch > {{ applied_batch(changes) }}

    )

    select
        differences.*,
        (select max(batch) from marks) as batch
    from differences
    where {{ any_measure(theme.measures) }}
    union all
    select * from marks
{%- endmacro %}


{# What `meta.sealed` says of the changes of a theme; see `orchestration/warehouse/sealing.py`. #}
{% macro sealed(theme) -%}
    {%- set measures = {} -%}
    {%- for name, of in theme.measures.items() -%}
        {%- do measures.update({name: of.type}) -%}
    {%- endfor -%}
    {{ return({
        'batches': model_of(theme, 'batches'),
        'keys': ['cell_level', 'day', 'place'] + (theme['keys'] | list),
        'measures': measures,
        'day': 'day',
        'cells': "cell_level <> 'delivery'",
        'hot_days': var('hot_days'),
    }) }}
{%- endmacro %}


{#
  The model `int_<theme>__cells`: the figures as they stand, by finest cell: what is sealed of older months plus what
  the batches changed since.
#}
{% macro cells_of(theme) -%}
    {%- do config(meta={'texts': dict(theme.key_texts, **texts_of(theme.measures))}) -%}
    select
        cell_level,
        day,
        place,
        {% if theme['keys'] %}{{ theme['keys'] | join(', ') }},{% endif %}
        {{ sum_measures(theme.measures) }}
    from ({{ accumulated(theme) }}) as accumulated
    group by cell_level, day, place{% if theme['keys'] %}, {{ theme['keys'] | join(', ') }}{% endif %}
{%- endmacro %}


{#
  The model `int_<theme>__calendar`, one row: the first and the last day of which a figure is not zero (of a weekly
  theme, of the weeks of these), and the day until which deliveries of which rows were accepted were received. A table,
  because every indicator reads it; how long figures are provisional after that day is in its metadata, for the release.
#}
{% macro calendar_of(theme) -%}
    {%- do config(materialized='table', meta={'provisional_days': provisional_days_of(theme)}) -%}
    select
        min(day){{ ' - 6' if is_weekly(theme) }} as first_day,
        max(day) as last_day,
        (
            select max(received_on) from {{ ref('stg_' ~ theme.feeds[0] ~ '__deliveries') }}
            where verdict = 'accepted' and rows_accepted > 0
        ) as received_until
    from {{ ref(model_of(theme, 'cells')) }}
    where cell_level = '{{ theme.finest }}' and {{ any_measure(theme.measures) }}
{%- endmacro %}
