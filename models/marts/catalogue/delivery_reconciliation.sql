-- One row per delivered file: where each of its rows ended. Received = used + deduplicated + superseded + deleted +
-- quarantined + erased, always.
{{ config(materialized='table') }}

with retired as (

    select * from {{ ref('stg_landing__retired_deliveries') }}

),

deliveries as (

    select * from {{ ref('stg_landing__deliveries') }}
    where delivery is null or delivery not in (select delivery from retired)

),

erased_rows as (

    select * from {{ ref('int_landing__erased_rows') }}

),

reissued as (

    select 'sidep' as feed, * from {{ ref('int_testing__fates') }}

),

fates as (

    select
        feed,
        delivery,
        count(*) filter (fate = 'superseded') as superseded,
        count(*) filter (fate = 'deduplicated') as deduplicated,
        count(*) filter (fate = 'deleted') as deleted
    from reissued
    group by feed, delivery

),

delivery_reconciliation as (

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
        - coalesce(erased_rows.rows_in_lake, 0) as rows_used,
        deliveries.rows_duplicate + coalesce(fates.deduplicated, 0) as rows_deduplicated,
        coalesce(fates.superseded, 0) as rows_superseded,
        coalesce(fates.deleted, 0) as rows_deleted,
        deliveries.rows_rejected - coalesce(erased_rows.rows_in_quarantine, 0) as rows_quarantined,
        coalesce(erased_rows.rows_in_lake, 0) + coalesce(erased_rows.rows_in_quarantine, 0) as rows_erased
    from deliveries
    left join fates on deliveries.feed = fates.feed and deliveries.delivery = fates.delivery
    left join erased_rows on deliveries.feed = erased_rows.feed and deliveries.delivery = erased_rows.delivery
    union all by name
    select * from retired

)

select * from delivery_reconciliation
