-- Rows of each delivery that were erased with their person: those already removed from the lake and the quarantine, and
-- those that the next upkeep will remove.
with removed as (

    select * from {{ ref('stg_landing__erased_rows') }}

),

both_sides as (

    select feed, delivery, rows_in_lake, rows_in_quarantine from removed
    union all
    select
        feed,
        delivery,
        count(*) filter (side = 'raw') as rows_in_lake,
        count(*) filter (side = 'quarantine') as rows_in_quarantine
    from {{ ref('int_landing__rows_to_erase') }}
    group by feed, delivery

),

int_landing__erased_rows as (

    select
        feed,
        delivery,
        sum(rows_in_lake)::bigint as rows_in_lake,
        sum(rows_in_quarantine)::bigint as rows_in_quarantine
    from both_sides
    group by feed, delivery

)

select * from int_landing__erased_rows
