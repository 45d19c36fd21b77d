-- One row per delivery that counts, by the feed of its theme, with the number of the batch that took it in: by it
-- `counted_changes` tells what a delivery changed.
with counted_batches as (

    {{ batches_of_themes() }}

)

select * from counted_batches
