-- What became of each version of the emergency visits received more than once, or deleted.
with int_emergency__fates as (

    {{ fates_of(emergency()) }}

)

select * from int_emergency__fates
