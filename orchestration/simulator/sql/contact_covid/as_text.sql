-- Times as they are written in text, and the faults that only text can have.
create or replace view as_text as
select
    * replace (
        strftime(date_identification, '%Y-%m-%dT%H:%M') as date_identification,
        spoil(bad, 'call_type', 'hier', strftime(date_appel, '%Y-%m-%dT%H:%M')) as date_appel
    )
from typed_rows;
