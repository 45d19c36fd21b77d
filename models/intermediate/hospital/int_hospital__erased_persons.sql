-- One row per person to be erased, with the first batch of the theme that asked for it.
with int_hospital__erased_persons as (

    {{ erased_persons('int_hospital__batches') }}

)

select * from int_hospital__erased_persons
