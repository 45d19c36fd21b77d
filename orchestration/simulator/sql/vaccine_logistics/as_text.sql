-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'doses_type', 'mille', doses_livrees::varchar) as doses_livrees
    )
from typed_rows;
