-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        case bad
            when 'sampling_type' then date_prelevement::date::varchar || ' 25:61:00'
            when 'sampling_french' then strftime(date_prelevement, '%d/%m/%Y %H:%M')
            else date_prelevement::varchar
        end as date_prelevement,
        spoil(bad, 'age_type', 'trente', age::varchar) as age
    )
from typed_rows;
