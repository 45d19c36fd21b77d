{#
  What signals are made of: counts of the rows received, by feed, day of receipt, sender and measure. Every theme is watched,
  by what its declaration knows: `watched` of a theme adds to it

    'day': column of the staging model with the day of what a record tells; that of `facts` unless said,
    'shares': {share: {'of': condition on a record, 'among': condition on those that it is a share of; all unless said}},
    'alike': {'columns': [what two rows of one person agree in], 'where': condition on a record}, where persons are known.

  The measures of all feeds are `rows`; `late`, received more than so many days after their day; `correction` and `deletion`;
  and, where the records have the column, `unknown_sex`, `unknown_age` and `unknown_place`.
#}
{% macro received_of_themes(since) -%}
    {%- for theme in themes() %}
    select
        '{{ theme.feeds[0] }}' as feed,
        received_on as day,
        coalesce({{ theme.sender }}::varchar, 'unknown') as sender,
        unnest([
            {%- for name, of in measures_watched(theme).items() %}
            {
                'measure': '{{ name }}',
                'observed': count(*) filter (({{ of.among }}) and ({{ of.of }})),
                'among': count(*) filter ({{ of.among }})
            }{{ "," if not loop.last }}
            {%- endfor %}
        ], recursive := true)
    from {{ ref(theme.records) }}
    where received_on > {{ since }} - {{ var('signals').history_days }}
    group by received_on, {{ theme.sender }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What is counted of the records of a theme, {measure: {'of': condition, 'among': condition}}. #}
{% macro measures_watched(theme) -%}
    {%- set first, day = 'record_version = 1', theme.watched.get('day', theme.get('facts', {}).get('day')) -%}
    {%- set measures = {
        'rows': {'of': 'true', 'among': 'true'},
        'late': {'of': 'received_on - (' ~ day ~ ')::date > ' ~ var('signals').late_days, 'among': first},
        'correction': {'of': "record_kind = 'correction'", 'among': 'true'},
        'deletion': {'of': "record_kind = 'deletion'", 'among': 'true'},
    } -%}
    {%- set unknown = [('sex', 'sex', "'unknown'"), ('age', 'age', '-1'), ('age', 'age_band', "'unknown'")] -%}
    {%- set unknown = unknown + [('place', 'dep', "'unknown'"), ('place', 'reg', "'unknown'")] -%}
    {%- for name, column, value in unknown if column in theme.content -%}
        {%- do measures.update({'unknown_' ~ name: {'of': column ~ ' = ' ~ value, 'among': first}}) -%}
    {%- endfor -%}
    {%- for name, share in theme.watched.get('shares', {}).items() -%}
        {%- set among = first ~ ' and (' ~ share.get('among', 'true') ~ ')' -%}
        {%- do measures.update({name: {'of': share.of, 'among': among}}) -%}
    {%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}


{# The shares that themes declare to be watched, as SQL literals. #}
{% macro shares_watched() -%}
    {%- set names = ['linked'] -%}
    {%- for theme in themes() -%}
        {%- do names.extend(theme.watched.get('shares', {}).keys()) -%}
    {%- endfor -%}
    {{ quoted(names | unique) }}
{%- endmacro %}


{#
  Rows of every feed in its ledger, on the day of receipt, as `received_of_themes` counts them: received before (`repeated`)
  and rejected (`rejected`), of the files that were taken in; and files of which the bytes had come on an earlier day
  (`same_content`) among all. Nobody's.
#}
{% macro delivered_of_themes(since) -%}
    {%- for theme in themes() %}
    select
        '{{ theme.feeds[0] }}' as feed,
        received_on as day,
        null::varchar as sender,
        unnest([
            {
                'measure': 'repeated', 'observed': sum(rows_duplicate) filter (verdict = 'accepted'),
                'among': sum(rows_received) filter (verdict = 'accepted')
            },
            {
                'measure': 'rejected', 'observed': sum(rows_rejected) filter (verdict = 'accepted'),
                'among': sum(rows_received) filter (verdict = 'accepted')
            },
            {'measure': 'same_content', 'observed': count_if(is_again), 'among': count(*)}
        ], recursive := true)
    from (
        select
            *,
            received_on > min(received_on) over (partition by sha256) as is_again
        from {{ ref('stg_' ~ theme.feeds[0] ~ '__deliveries') }}
        where verdict <> 'withdrawal'
    ) as delivered
    where received_on > {{ since }} - {{ var('signals').history_days }}
    group by received_on
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Compile error on what a theme cannot have watched, or when the day of its records is not known. #}
{% macro check_watched(declared) -%}
    {%- set watched = declared.get('watched', {}) -%}
    {%- do check_keys('theme.watched', watched, [], optional=['day', 'shares', 'alike']) -%}
    {%- if 'day' not in watched and 'day' not in declared.get('facts', {}) -%}
        {%- do declaration_error('theme.watched.day', 'is missing: no facts say the day of a record') -%}
    {%- endif -%}
    {%- for name, share in watched.get('shares', {}).items() -%}
        {%- do check_keys('theme.watched.shares.' ~ name, share, ['of'], optional=['among']) -%}
    {%- endfor -%}
    {%- if 'alike' in watched -%}
        {%- do check_keys('theme.watched.alike', watched.alike, ['columns', 'where']) -%}
    {%- endif -%}
{%- endmacro %}


{#
  Of the feeds that know persons, by day of receipt and as `received_of_themes` counts: persons of whom something had been
  received in the days before (`linked`), among a sample of those of whom something is; and, where the theme says in what two
  rows of one person agree (`alike`), persons who agree with another person of the same day or of the day before. A person
  under two pseudonyms is such; others are by chance, and as many as before. Nobody's.
#}
{% macro persons_of_themes(since) -%}
    {%- set settings = var('signals') -%}
    {%- for theme in themes() if theme.persons %}
    select
        '{{ theme.feeds[0] }}' as feed,
        day,
        null::varchar as sender,
        'linked' as measure,
        count_if(day - day_before <= {{ settings.linked_days }}) as observed,
        count(*) as among
    from (
        select
            received_on as day,
            lag(received_on) over (partition by person_key order by received_on) as day_before
        from {{ ref(theme.records) }}
        where
            received_on > {{ since }} - {{ settings.history_days }} and person_key % {{ settings.linked_sample }} = 0
        group by person_key, received_on
    ) as persons
    group by day
    {%- if 'alike' in theme.watched %}
    union all
    select
        '{{ theme.feeds[0] }}' as feed,
        persons.day,
        null::varchar as sender,
        'alike' as measure,
        count_if(exists(
            select 1 from ({{ alike_of(theme, since) }}) as others
            where
                {%- for column in theme.watched.alike.columns %}
                persons.{{ column }} = others.{{ column }} and
                {%- endfor %}
                persons.person_key <> others.person_key
                and persons.day >= others.day
                and persons.told_on - others.told_on in (0, 1)
        )) as observed,
        count(*) as among
    from ({{ alike_of(theme, since) }}) as persons
    group by persons.day
    {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Persons by the day of what is told of them, what they agree in, and the day of its first receipt. #}
{% macro alike_of(theme, since) -%}
    {%- set columns = theme.watched.alike.columns | join(', ') -%}
    {%- set day = theme.watched.get('day', theme.get('facts', {}).get('day')) -%}
    select
        ({{ day }})::date as told_on,
        person_key,
        {{ columns }},
        min(received_on) as day
    from {{ ref(theme.records) }}
    where {{ theme.watched.alike.where }} and received_on > {{ since }} - {{ var('signals').history_days }}
    group by told_on, person_key, {{ columns }}
{%- endmacro %}


{# The files of the feeds of all themes: feed, delivery and day of receipt. #}
{% macro deliveries_of_themes() -%}
    {%- for theme in themes() %}
    select feed, delivery, received_on from {{ ref('stg_' ~ theme.feeds[0] ~ '__deliveries') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The feeds that are sent in the rhythm of the week, as SQL literals: all but surveys in waves. #}
{% macro rhythmic_feeds() -%}
    {%- set feeds = [] -%}
    {%- for theme in themes() if theme.periods != ['wave'] -%}
        {%- do feeds.append(theme.feeds[0]) -%}
    {%- endfor -%}
    {{ quoted(feeds) }}
{%- endmacro %}
