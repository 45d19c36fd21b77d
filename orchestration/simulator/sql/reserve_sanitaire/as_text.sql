-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'reservists_type', 'dix', reservistes::varchar) as reservistes
    )
from typed_rows;
