{# The record versions that `int_<theme>__changes` has not taken in yet, with their batch: all when it is rebuilt. #}
{% macro incoming_of(theme) -%}
    {%- set changes, batches = model_of(theme, 'changes'), model_of(theme, 'batches') -%}
    select
        records.*,
        batches.batch
    from {{ ref(theme.records) }} as records
    inner join {{ ref(batches) }} as batches
        on records.delivery = batches.delivery and batches.feed = '{{ theme.feeds[0] }}'
    where
        records.received_on >= {{ received_from(changes, batches) }}
        and batches.batch > {{ applied_batch(changes) }}
        and batches.delivery not in (select delivery from {{ ref(model_of(theme, 'withdrawn_deliveries')) }})
{%- endmacro %}


{#
  The model `int_<theme>__touched`, what deliveries concern: the contexts of a theme (a stay, or the record itself) of
  which a record changed since `int_<theme>__changes` was last brought up to date, and why. No row when the theme is
  rebuilt: then all is read. A view: the key of a stay must not outlive the erasure of its person.
#}
{% macro touched_of(theme) -%}
    {%- set changes, batches = model_of(theme, 'changes'), model_of(theme, 'batches') -%}
    {%- set context = theme.context or theme.key -%}
    {%- do config(meta={'texts': {context: "Key of what is read again."}}) -%}
    with records as not materialized (

        select * from {{ ref(theme.records) }}

    ),

    changed as (

        select
            records.{{ theme.key }},
            false as is_erased,
            ({{ theme.withdraws }}) or records.record_kind = 'deletion' as is_withdrawn,
            records.record_version > 1 as is_corrected
        from ({{ incoming_of(theme) }}) as records
        where {{ applied_batch(changes) }} > 0
        union all
        -- A withdrawal is told as a correction.
        select
            {{ theme.key }},
            false as is_erased,
            false as is_withdrawn,
            true as is_corrected
        from records
        where {{ is_newly_withdrawn(changes, batches) }}
        {%- if theme.persons %}
        union all
        select
            records.{{ theme.key }},
            true as is_erased,
            false as is_withdrawn,
            false as is_corrected
        from records
        inner join {{ ref(model_of(theme, 'rows_to_erase')) }} as erased
            on records.delivery = erased.delivery and records.line = erased.line
        where
            erased.side = 'raw'
            and erased.batch > {{ applied_batch(changes) }}
            and {{ applied_batch(changes) }} > 0
        {%- endif %}

    )

    -- Every context under which any version of the record stood: a correction may move it to another.
    select
        records.{{ context }},
        case
            when bool_or(changed.is_erased) then 'erasure'
            when bool_or(changed.is_withdrawn) then 'deletion'
            when bool_or(changed.is_corrected) then 'correction'
            else 'new_rows'
        end as reason
    from records
    inner join changed on records.{{ theme.key }} = changed.{{ theme.key }}
    group by records.{{ context }}
{%- endmacro %}


{#
  The model `int_<theme>__records`: the current version of each record of the contexts concerned, in two states: as it
  stands now (sign 1) and as it stood when `int_<theme>__changes` was last brought up to date (sign -1), with the reason
  why it was read again. On a rebuild there is no earlier state.
#}
{% macro records_of(theme) -%}
    {%- do config(meta={'texts_of': {'model': theme.records}}) -%}
    {%- set applied = applied_batch(model_of(theme, 'changes')) -%}
    {%- set context = theme.context or theme.key -%}
    with touched as (

        select * from {{ ref(model_of(theme, 'touched')) }}

    ),

    -- Every version of a record that ever stood in such a context, wherever the current one stands.
    concerned as (

        select distinct records.{{ theme.key }}
        from {{ ref(theme.records) }} as records
        semi join touched on records.{{ context }} = touched.{{ context }}

    ),

    versions as (

        select
            records.*,
            states.sign
        from {{ ref(theme.records) }} as records
        inner join {{ ref(model_of(theme, 'batches')) }} as batches
            on records.delivery = batches.delivery and batches.feed = '{{ theme.feeds[0] }}'
        inner join (values (1), (-1)) as states (sign)
            on states.sign = 1 or batches.batch <= {{ applied }}
        where
            {{ applied }} = 0
            or records.{{ theme.key }} in (select concerned.{{ theme.key }} from concerned)

    ),

    -- A row to be erased, or of a delivery that was withdrawn, is no more in the state after that, and still in the state
    -- before.
    kept as (

        select versions.*
        from versions
        anti join {{ ref(model_of(theme, 'withdrawn_deliveries')) }} as withdrawn
            on
                versions.delivery = withdrawn.delivery
                and (versions.sign = 1 or withdrawn.batch <= {{ applied }})
        {%- if theme.persons %}
        anti join {{ ref(model_of(theme, 'rows_to_erase')) }} as erased
            on
                versions.delivery = erased.delivery and versions.line = erased.line
                and erased.side = 'raw'
                and (versions.sign = 1 or erased.batch <= {{ applied }})
        {%- endif %}

    ),

    current_versions as (

        select * exclude (standing, is_deletion)
        from ({{ standing_of_versions('kept', theme.key, theme.sender, ['sign'], theme.persons) }}) as standing_versions
        where standing = 'current' and not is_deletion

    )

    select
        current_versions.*,
        coalesce(touched.reason, 'new_rows') as reason
    from current_versions
    left join touched on current_versions.{{ context }} = touched.{{ context }}
    where touched.{{ context }} is not null or {{ applied }} = 0
{%- endmacro %}


{#
  The model `int_<theme>__facts` where each record is one: what it brings to the figures, by the columns that `facts` of the
  theme names. A column that is one of the records has its text from there.
#}
{% macro facts_of(theme) -%}
    {%- set columns = {} -%}
    {%- for name, sql in theme.facts.items() if name not in ['day', 'place'] -%}
        {%- do columns.update({name: sql}) -%}
    {%- endfor -%}
    {%- do config(meta={'texts_of': {'model': theme.records, 'columns': columns}}) -%}
    select
        sign,
        reason,
        {%- for name, sql in theme.facts.items() %}
        {{ sql }}{{ ' as ' ~ name if sql != name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(model_of(theme, 'records')) }}
{%- endmacro %}


{#
  The model `int_<theme>__fates`: what became of each version of the records of a theme received more than once, or
  deleted; see `fates_of_versions`.
#}
{% macro fates_of(theme) -%}
    {%- do config(meta={'texts': {theme.key: "Key of the record."}}) -%}
    with records as (

        select records.*
        from {{ ref(theme.records) }} as records
        anti join {{ ref(model_of(theme, 'withdrawn_deliveries')) }} as withdrawn on records.delivery = withdrawn.delivery
        {%- if theme.persons %}
        anti join {{ ref(model_of(theme, 'rows_to_erase')) }} as erased
            on records.delivery = erased.delivery and records.line = erased.line and erased.side = 'raw'
        {%- endif %}

    ),

    repeated as (

        select {{ theme.key }} from records
        group by {{ theme.key }}
        having count(*) > 1 or bool_or(record_kind = 'deletion')

    ),

    versions as (

        select records.*
        from records
        semi join repeated on records.{{ theme.key }} = repeated.{{ theme.key }}

    )

    {{ fates_of_versions('versions', theme.key, theme.sender, theme.content, theme.persons) }}
{%- endmacro %}


{#
  The model `int_<theme>__current_<records>`: the current version of each record, as it is counted: none of a delivery that
  was withdrawn, none of a person to be erased. A view, which reads the whole lake of the theme: for recipients who may
  have rows, and nothing that is published.
#}
{% macro current_of(theme) -%}
    {%- do config(meta={'texts_of': {'model': theme.records}}) -%}
    with kept as (

        select records.*
        from {{ ref(theme.records) }} as records
        inner join {{ ref(model_of(theme, 'batches')) }} as batches
            on records.delivery = batches.delivery and batches.feed = '{{ theme.feeds[0] }}'
        anti join {{ ref(model_of(theme, 'withdrawn_deliveries')) }} as withdrawn
            on records.delivery = withdrawn.delivery
        {%- if theme.persons %}
        anti join {{ ref(model_of(theme, 'rows_to_erase')) }} as erased
            on records.delivery = erased.delivery and records.line = erased.line and erased.side = 'raw'
        {%- endif %}

    )

    select * exclude (standing, is_deletion)
    from ({{ standing_of_versions('kept', theme.key, theme.sender, [], theme.persons) }}) as standing_versions
    where standing = 'current' and not is_deletion
{%- endmacro %}
