-- The stays of which an event changed since the figures were last brought up to date, and why. Empty when the figures
-- are rebuilt: then every stay is read.

with int_hospital__touched as (

    {{ touched_of(hospital()) }}

)

select * from int_hospital__touched
