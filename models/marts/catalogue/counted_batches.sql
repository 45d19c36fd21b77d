-- One row per delivery that counts, by the feed of its theme, with the number of the batch that took it in: by it
-- `counted_changes` tells what a delivery changed.
with batches as (

    select * from {{ ref('int_landing__batches') }}

),

counted_batches as (

    select
        'sidep' as feed,
        batch,
        delivery
    from batches
    where feed in ('sidep', 'erasure')
    union all
    select
        'sivic' as feed,
        batch,
        delivery
    from batches
    where feed in ('sivic', 'erasure')

)

select * from counted_batches
