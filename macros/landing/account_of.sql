{#
  Where each row of each delivered file of a feed ended, one row per file: the body of its account. Received = used +
  deduplicated + superseded + deleted + quarantined + erased, always. `fates` is the model with the fates of the versions
  received more than once, `rows_to_erase` that of the rows that the next upkeep will remove; a feed of which no record is
  sent again and no person is known has neither.
#}
{% macro account_of(feed, fates=none, rows_to_erase=none) -%}
    select
        deliveries.feed,
        deliveries.file,
        deliveries.received_on,
        deliveries.verdict,
        deliveries.reason,
        deliveries.delivery,
        deliveries.rows_received,
        deliveries.rows_accepted
        - coalesce(fates.superseded, 0) - coalesce(fates.deduplicated, 0) - coalesce(fates.deleted, 0)
        - coalesce(erased.rows_in_lake, 0) as rows_used,
        deliveries.rows_duplicate + coalesce(fates.deduplicated, 0) as rows_deduplicated,
        coalesce(fates.superseded, 0) as rows_superseded,
        coalesce(fates.deleted, 0) as rows_deleted,
        deliveries.rows_rejected - coalesce(erased.rows_in_quarantine, 0) as rows_quarantined,
        coalesce(erased.rows_in_lake, 0) + coalesce(erased.rows_in_quarantine, 0) as rows_erased
    from {{ ref('stg_' ~ feed ~ '__deliveries') }} as deliveries
    left join ({{ fates_by_delivery(fates) }}) as fates on deliveries.delivery = fates.delivery
    left join ({{ erased_by_delivery(feed, rows_to_erase) }}) as erased on deliveries.delivery = erased.delivery
    where
        deliveries.delivery is null
        or deliveries.delivery not in (
            select retired.delivery from {{ ref('stg_landing__retired_deliveries') }} as retired where retired.feed = '{{ feed }}'
        )
    union all by name
    select * from {{ ref('stg_landing__retired_deliveries') }}
    where feed = '{{ feed }}'
{%- endmacro %}


{# Versions of records by delivery and fate, of a model of fates; no row when the feed has none. #}
{% macro fates_by_delivery(fates) -%}
    {%- if fates -%}
        select
            delivery,
            count(*) filter (fate = 'superseded') as superseded,
            count(*) filter (fate = 'deduplicated') as deduplicated,
            count(*) filter (fate = 'deleted') as deleted
        from {{ ref(fates) }}
        group by delivery
    {%- else -%}
        select 0::ubigint as delivery, 0 as superseded, 0 as deduplicated, 0 as deleted where false
    {%- endif -%}
{%- endmacro %}


{#
  Rows of each delivery of a feed that were erased with their person: those already removed from the lake and the
  quarantine, and those that the next upkeep will remove.
#}
{% macro erased_by_delivery(feed, rows_to_erase) -%}
    select
        delivery,
        sum(rows_in_lake)::bigint as rows_in_lake,
        sum(rows_in_quarantine)::bigint as rows_in_quarantine
    from (
        select delivery, rows_in_lake, rows_in_quarantine from {{ ref('stg_landing__erased_rows') }}
        where feed = '{{ feed }}'
        {%- if rows_to_erase %}
        union all
        select
            delivery,
            count(*) filter (side = 'raw') as rows_in_lake,
            count(*) filter (side = 'quarantine') as rows_in_quarantine
        from {{ ref(rows_to_erase) }}
        group by delivery
        {%- endif %}
    ) as both_sides
    group by delivery
{%- endmacro %}
