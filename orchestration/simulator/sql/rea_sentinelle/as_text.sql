-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'date_french', strftime(date_admission, '%d/%m/%Y'), date_admission::varchar) as date_admission
    )
from typed_rows;
