-- The record versions that the cells have not taken in yet: all of them when the cells are rebuilt.
with int_testing__incoming as (

    {{ incoming_of(testing()) }}

)

select * from int_testing__incoming
