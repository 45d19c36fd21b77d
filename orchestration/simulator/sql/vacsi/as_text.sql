-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        case bad
            when 'date_type' then '2021-02-30'
            when 'date_french' then strftime(date_injection, '%d/%m/%Y')
            else date_injection::varchar
        end as date_injection
    )
from typed_rows;
