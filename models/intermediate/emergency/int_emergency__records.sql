-- The current version of each visit concerned, in two states: as it stands now (sign 1) and as it stood when the
-- figures were last brought up to date (sign -1). On a rebuild there is no earlier state.
with int_emergency__records as (

    {{ records_of(emergency()) }}

)

select * from int_emergency__records
