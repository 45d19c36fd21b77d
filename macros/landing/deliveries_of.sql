{#
  The delivered files of a feed as landing recorded them, up to the day that is asked for: the body of
  `stg_<feed>__deliveries`.
#}
{% macro deliveries_of(feed) -%}
    select
        feed,
        file,
        received_on,
        bytes,
        sha256,
        delivery,
        rows_received,
        rows_accepted,
        rows_rejected,
        rows_duplicate,
        contract_version,
        landed_at,
        verdict,
        reason,
        extra_columns
    from {{ source(feed, feed ~ '_deliveries') }}
    where received_on <= date '{{ var("as_of") }}'
{%- endmacro %}
