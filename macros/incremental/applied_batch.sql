{#
  Number of the last batch of deliveries that `model` has taken in; 0 when it is not built yet or is being rebuilt.

  A model that accumulates keeps in each row the batch that last changed it, so its own highest batch is its
  watermark: what it holds and how far it got are one table, written in one transaction, and a run that was killed
  between two models resumes where each of them stands. A name that is no model's is a compile error: its watermark would
  be 0, and everything be counted again.
#}
{% macro applied_batch(model) -%}
    {%- do check_model(model) -%}
    {%- if is_symbolic() -%}
        applied_batch_of_{{ model }}
    {%- else -%}
        {%- set relation = adapter.get_relation(this.database, this.schema, model) if execute else none -%}
        {%- if relation is none or is_refreshed() -%}
            0
        {%- else -%}
            {{ run_query("select coalesce(max(batch), 0) from " ~ relation).columns[0].values()[0] | int }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#
  First day of receipt among the batches of `batches` that `model` has not taken in, as a SQL date literal: a constant,
  so that the partitions of the lake received before are not even opened.
#}
{% macro received_from(model, batches) -%}
    {%- set relation = ref(batches) -%}
    {%- if is_symbolic() -%}
        received_from_of_{{ model }}
    {%- else -%}
        {%- set applied = applied_batch(model) | trim | int -%}
        {%- if not execute or applied == 0 -%}
            date '0001-01-01'
        {%- else -%}
            {%- set query -%}
                select coalesce(min(received_on), date '9999-12-31') from {{ relation }} where batch > {{ applied }}
            {%- endset -%}
            date '{{ run_query(query).columns[0].values()[0] }}'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#
  On an incremental run, a condition that keeps the rows of which `keys` do not stand in the model yet, where the model
  calls them `names`; on a rebuild, true.
#}
{% macro not_yet_in_this(keys, names=none) -%}
    {%- if is_incremental() -%}
        ({{ keys }}) not in (select {{ names or keys }} from {{ this }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#
  The last day of a calendar (a relation), as a SQL date literal: a constant, so that rows of older days are left out
  before they are summed. 1900-01-01 while the calendar is not built or is empty.
#}
{% macro last_day_of(calendar) -%}
    {%- if is_symbolic() -%}
        last_day_of_{{ calendar.identifier }}
    {%- else -%}
        {%- set relation = adapter.get_relation(calendar.database, calendar.schema, calendar.identifier) if execute else none -%}
        {%- if relation is none -%}
            date '1900-01-01'
        {%- else -%}
            date '{{ run_query("select coalesce(max(last_day), date '1900-01-01') from " ~ relation).columns[0].values()[0] }}'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Compile error unless the project has a model of this name. #}
{% macro check_model(name) -%}
    {%- if execute and graph.nodes.values() | selectattr('name', 'equalto', name) | list | length == 0 -%}
        {{ exceptions.raise_compiler_error("There is no model " ~ name ~ ", of which a watermark is read.") }}
    {%- endif -%}
{%- endmacro %}
