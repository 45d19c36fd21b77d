-- The acts of SOS Médecins of which a version came since the figures were last brought up to date, and why. Empty
-- when they are rebuilt: then all are read.
with int_house_calls__touched as (

    {{ touched_of(house_calls()) }}

)

select * from int_house_calls__touched
