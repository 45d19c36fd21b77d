-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        case bad
            when 'date_type' then date_entree::date::varchar || ' 25:61:00'
            when 'date_french' then strftime(date_entree, '%d/%m/%Y %H:%M')
            else date_entree::varchar
        end as date_entree
    )
from typed_rows;
