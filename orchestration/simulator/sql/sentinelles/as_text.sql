-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'cases_type', 'aucun', cas_ira::varchar) as cas_ira
    )
from typed_rows;
