-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'date_type', '2021-02-30', debut_enquete::varchar) as debut_enquete
    )
from typed_rows;
