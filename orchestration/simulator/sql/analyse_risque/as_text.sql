-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'week_type', strftime(fin_semaine, '%G-S%V'), fin_semaine::varchar) as fin_semaine
    )
from typed_rows;
