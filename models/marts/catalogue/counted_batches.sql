-- One row per delivery that counts, by the feed of its theme, with the number of the batch that took it in: by it
-- `counted_changes` tells what a delivery changed.
with counted_batches as (

    select
        'sidep' as feed,
        batch,
        delivery
    from {{ ref('int_testing__batches') }}
    union all
    select
        'sivic' as feed,
        batch,
        delivery
    from {{ ref('int_hospital__batches') }}

)

select * from counted_batches
