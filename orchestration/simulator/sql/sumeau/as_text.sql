-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'nitrogen_comma', '31,5', azote_ammoniacal::varchar) as azote_ammoniacal
    )
from typed_rows;
