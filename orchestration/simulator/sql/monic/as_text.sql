-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'cases_type', 'dix', nombre_cas::varchar) as nombre_cas
    )
from typed_rows;
