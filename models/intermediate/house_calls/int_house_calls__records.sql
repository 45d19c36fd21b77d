-- The current version of each act concerned, in two states: as it stands now (sign 1) and as it stood when the
-- figures were last brought up to date (sign -1). On a rebuild there is no earlier state.
with int_house_calls__records as (

    {{ records_of(house_calls()) }}

)

select * from int_house_calls__records
