-- Rows of each delivery that were erased with their person: those already removed from the lake and the quarantine, and
-- those that the next upkeep will remove.
with removed as (

    select
        feed,
        delivery,
        rows_in_lake,
        rows_in_quarantine
    from {{ ref('stg_landing__erased_rows') }}

),

remaining as (

    select
        'sidep' as feed,
        results.delivery,
        count(*) as rows_in_lake,
        0 as rows_in_quarantine
    from {{ ref('stg_sidep__results') }} as results
    semi join {{ ref('int_landing__erased_persons') }} as erased on results.person_key = erased.person_key
    group by results.delivery
    union all
    select
        'sidep' as feed,
        rejected.delivery,
        0 as rows_in_lake,
        count(*) as rows_in_quarantine
    from {{ ref('stg_sidep__results_rejected') }} as rejected
    semi join {{ ref('int_landing__erased_persons') }} as erased on rejected.person_key = erased.person_key
    group by rejected.delivery

),

int_landing__erased_rows as (

    select
        feed,
        delivery,
        sum(rows_in_lake)::bigint as rows_in_lake,
        sum(rows_in_quarantine)::bigint as rows_in_quarantine
    from (
        select * from removed
        union all
        select * from remaining
    ) as both_sides
    group by feed, delivery

)

select * from int_landing__erased_rows
