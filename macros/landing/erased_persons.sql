{#
  One row per person to be erased, with the first batch of a theme that asked for it. `batches` is the model of the
  batches of the theme.
#}
{% macro erased_persons(batches) -%}
    select
        requests.person_key,
        min(batches.batch) as batch
    from {{ ref('stg_erasure__requests') }} as requests
    inner join {{ ref(batches) }} as batches on requests.delivery = batches.delivery and batches.feed = 'erasure'
    where requests.delivery not in (select withdraws from {{ ref(batches) }} where withdraws is not null)
    group by requests.person_key
{%- endmacro %}
