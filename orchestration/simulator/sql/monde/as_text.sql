-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'deaths_type', 'dix', deces::varchar) as deces
    )
from typed_rows;
