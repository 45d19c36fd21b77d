-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        case bad
            when 'date_type' then date_acte::date::varchar || ' 25:61:00'
            when 'date_french' then strftime(date_acte, '%d/%m/%Y %H:%M')
            else date_acte::varchar
        end as date_acte
    )
from typed_rows;
