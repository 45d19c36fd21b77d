{#
  The model `int_<theme>__batches`: the accepted deliveries of the feeds of a theme and the withdrawals of such, each
  with the number of the batch (the run) that first saw it. A theme numbers its own batches, so that what comes to
  another is none of its concern. All bear the generation of the theme, which a rebuild changes: what was sealed before
  it counts no more.
#}
{% macro batches_of(theme) -%}
    {%- do config(materialized='incremental', incremental_strategy='append') -%}
    select
        feed,
        delivery,
        file,
        received_on,
        withdraws,
        {{ applied_batch(this.identifier) }} + 1 as batch,
        {{ generation() }} as generation
    from (
        {%- for feed in theme.feeds %}
        select * from {{ ref('stg_' ~ feed ~ '__deliveries') }}
        {%- if not loop.last %}
        union all by name
        {%- endif %}
        {%- endfor %}
    ) as deliveries
    where verdict in ('accepted', 'withdrawal') and {{ not_yet_in_this('feed, delivery') }}
{%- endmacro %}


{#
  The model `int_<theme>__withdrawn_deliveries`: the deliveries of a theme that were withdrawn, each with the number of
  the batch that took the withdrawal in.
#}
{% macro withdrawn_deliveries_of(theme) -%}
    select
        withdraws as delivery,
        batch
    from {{ ref(model_of(theme, 'batches')) }}
    where withdraws is not null
{%- endmacro %}


{#
  A condition on `delivery`: it was withdrawn since `model` was last brought up to date, and the model had taken it in.
  Constants, so that nothing of the lake is read when there is no such delivery. `batches` is the model of the batches.
#}
{% macro is_newly_withdrawn(model, batches) -%}
    {%- set relation = ref(batches) -%}
    {%- if is_symbolic() -%}
        delivery in (newly_withdrawn_of_{{ model }})
    {%- else -%}
        {%- set applied = applied_batch(model) | trim | int -%}
        {%- set found = [] -%}
        {%- if execute and applied > 0 -%}
            {%- set query -%}
                select withdraws from {{ relation }}
                where
                    batch > {{ applied }}
                    and withdraws in (select delivery from {{ relation }} where batch <= {{ applied }})
            {%- endset -%}
            {%- do found.extend(run_query(query).columns[0].values()) -%}
        {%- endif -%}
        {{ 'delivery in (' ~ found | join(', ') ~ ')' if found else 'false' }}
    {%- endif -%}
{%- endmacro %}
