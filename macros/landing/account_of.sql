{# The model `int_<theme>__account`: the account of the feed of the records of a theme. #}
{% macro account_of(theme) -%}
    {%- do config(materialized='table') -%}
    {{ account_of_feed(
        theme.feeds[0], model_of(theme, 'fates'), model_of(theme, 'rows_to_erase') if theme.persons
    ) }}
{%- endmacro %}


{#
  The account of a feed: where each row of each delivered file ended, one row per file. Received = used +
  deduplicated + superseded + deleted + quarantined + erased + withdrawn + blank, always; blank are the lines of
  separators only, which the ledger has apart. A row waits in quarantine in the last arrival of its content; in the
  arrivals before, what waited there is a row that was received again. `fates` is the model with the fates of the
  versions received more than once, `rows_to_erase` that of the rows that the next upkeep will remove; a feed of which no
  record is sent again and no person is known has neither.
#}
{% macro account_of_feed(feed, fates=none, rows_to_erase=none) -%}
    {%- do config(meta={'account_of': feed}) -%}
    select
        feed,
        file,
        received_on,
        verdict,
        reason,
        delivery,
        rows_received + rows_blank as rows_received,
        case
            when verdict = 'withdrawn' then 0
            else rows_accepted - rows_superseded - rows_deduplicated - rows_deleted - rows_erased_in_lake
        end as rows_used,
        case
            when verdict = 'withdrawn' then 0
            else rows_duplicate + rows_deduplicated + case when is_last then 0 else rows_waiting end
        end as rows_deduplicated,
        case when verdict = 'withdrawn' then 0 else rows_superseded end as rows_superseded,
        case when verdict = 'withdrawn' then 0 else rows_deleted end as rows_deleted,
        case when verdict = 'withdrawn' or not is_last then 0 else rows_waiting end as rows_quarantined,
        rows_erased_in_lake + rows_erased_in_quarantine as rows_erased,
        case
            when verdict = 'withdrawn' then rows_received - rows_erased_in_lake - rows_erased_in_quarantine else 0
        end as rows_withdrawn,
        rows_blank
    from (
        select
            deliveries.*,
            coalesce(fates.superseded, 0) as rows_superseded,
            coalesce(fates.deduplicated, 0) as rows_deduplicated,
            coalesce(fates.deleted, 0) as rows_deleted,
            coalesce(erased.rows_in_lake, 0) as rows_erased_in_lake,
            coalesce(erased.rows_in_quarantine, 0) as rows_erased_in_quarantine,
            deliveries.rows_rejected - coalesce(erased.rows_in_quarantine, 0) as rows_waiting,
            coalesce(
                deliveries.landed_at >= max(case when deliveries.verdict = 'accepted' then deliveries.landed_at end) over (
                    partition by deliveries.sha256
                ),
                true
            ) as is_last
        from {{ ref('stg_' ~ feed ~ '__deliveries') }} as deliveries
        left join ({{ fates_by_delivery(fates) }}) as fates on deliveries.delivery = fates.delivery
        left join ({{ erased_by_delivery(feed, rows_to_erase) }}) as erased on deliveries.delivery = erased.delivery
        where
            deliveries.verdict <> 'withdrawal'
            and (
                deliveries.delivery is null
                or deliveries.delivery not in (
                    select retired.delivery from {{ ref('stg_landing__retired_deliveries') }} as retired
                    where retired.feed = '{{ feed }}'
                )
            )
    ) as accounted
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
