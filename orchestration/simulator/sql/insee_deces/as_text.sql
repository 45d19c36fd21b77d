-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        case bad
            when 'date_type' then date_deces::varchar || 'T'
            when 'date_french' then strftime(date_deces, '%d/%m/%Y')
            else date_deces::varchar
        end as date_deces
    )
from typed_rows;
