-- All that was counted, to be summed: the sealed sums of older months, and what the batches changed that these do not
-- hold; without the marks of deliveries.
with int_testing__accumulated as (

    {{ accumulated('int_testing__changes', 'sampled_on', 'int_testing__batches') }}

)

select * from int_testing__accumulated
