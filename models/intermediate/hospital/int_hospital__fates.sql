-- What became of each version of the events received more than once, or deleted: used, deduplicated (the current
-- version again), superseded (an older version) or deleted (the current version withdraws the event).
with int_hospital__fates as (

    {{ fates_of_versions(ref('stg_sivic__events'), 'event_key', ref('int_hospital__rows_to_erase')) }}

)

select * from int_hospital__fates
