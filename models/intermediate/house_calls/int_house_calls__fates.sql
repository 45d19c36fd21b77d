-- What became of each version of the acts of SOS Médecins received more than once, or deleted.
with int_house_calls__fates as (

    {{ fates_of(house_calls()) }}

)

select * from int_house_calls__fates
