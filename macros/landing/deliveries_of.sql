{#
  The delivered files of a feed as landing recorded them, up to the day that is asked for: the body of
  `stg_<feed>__deliveries`. A file that was withdrawn after that day is accepted still. A withdrawal is a row of its own,
  received on its day.
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
        rows_blank,
        contract_version,
        landed_at,
        case when verdict = 'withdrawn' and withdrawn_on > date '{{ var("as_of") }}' then 'accepted' else verdict end
            as verdict,
        case when verdict = 'withdrawn' and withdrawn_on > date '{{ var("as_of") }}' then '' else reason end as reason,
        extra_columns,
        arrival,
        withdraws
    from {{ source(feed, feed ~ '_deliveries') }}
    where received_on <= date '{{ var("as_of") }}'
{%- endmacro %}
