-- The emergency visits of which a version came since the figures were last brought up to date, and why. Empty when
-- they are rebuilt: then all are read.
with int_emergency__touched as (

    {{ touched_of(emergency()) }}

)

select * from int_emergency__touched
