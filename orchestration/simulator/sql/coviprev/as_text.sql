-- The faults that only text can have, and the empty lines at the end of a file that a spreadsheet leaves.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'date_french', strftime(fin_vague, '%d/%m/%Y'), fin_vague::varchar) as fin_vague,
        spoil(bad, 'weight_comma', '1,25', poids::varchar) as poids
    )
from typed_rows
union all by name
select
    file,
    is_parquet,
    18446744073709551615::ubigint as r
from files
cross join range(8)
where occurs(hash(hash(received_on, slot)), 'blank_rows', getvariable('blank_rows'));
