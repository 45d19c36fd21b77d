-- What became of each version of the events received more than once, or deleted: used, deduplicated (the same again),
-- superseded (replaced by another) or deleted (what holds withdraws the event).

with int_hospital__fates as (

    {{ fates_of(hospital()) }}

)

select * from int_hospital__fates
