-- One row per person to be erased, with the first batch of the theme that asked for it.
with int_testing__erased_persons as (

    {{ erased_persons('int_testing__batches') }}

)

select * from int_testing__erased_persons
