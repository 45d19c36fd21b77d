-- The current version of each event of the stays concerned, in two states: as it stands now (sign 1) and as it stood
-- when the figures were last brought up to date (sign -1). On a rebuild there is no earlier state.

with int_hospital__records as (

    {{ records_of(hospital()) }}

)

select * from int_hospital__records
