{#
  The model `int_<theme>__erased_persons`: one row per person to be erased, with the first batch of the theme that asked
  for it.
#}
{% macro erased_persons_of(theme) -%}
    {%- set batches = model_of(theme, 'batches') -%}
    select
        requests.person_key,
        min(batches.batch) as batch
    from {{ ref('stg_erasure__requests') }} as requests
    inner join {{ ref(batches) }} as batches on requests.delivery = batches.delivery and batches.feed = 'erasure'
    where requests.delivery not in (select withdraws from {{ ref(batches) }} where withdraws is not null)
    group by requests.person_key
{%- endmacro %}
