{#
  The model `stg_<feed>__deliveries`: the delivered files of a feed as landing recorded them, up to the day that is
  asked for. A file that was withdrawn after that day is accepted still, or a duplicate when it had no rows of its own;
  a request for erasure of which the withdrawal has all counted anew is as if it had never come. A withdrawal is a row
  of its own, received on its day.
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
        case
            when not is_to_come then verdict
            when delivery is not null then 'accepted'
            when rows_accepted = 0 then 'duplicate'
            else verdict
        end as verdict,
        case when is_to_come then '' else reason end as reason,
        extra_columns,
        arrival,
        withdraws
    from (
        select
            *,
            coalesce(verdict = 'withdrawn' and withdrawn_on > date '{{ var("as_of") }}', false) as is_to_come
        from {{ source(feed, feed ~ '_deliveries') }}
    ) as seen
    where received_on <= date '{{ var("as_of") }}'
{%- endmacro %}
