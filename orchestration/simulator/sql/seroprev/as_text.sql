-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'date_french', strftime(fin_vague, '%d/%m/%Y'), fin_vague::varchar) as fin_vague,
        spoil(bad, 'weight_comma', '1,25', poids::varchar) as poids
    )
from typed_rows;
