-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'event_date_type', date_evenement::date::varchar || ' 25:61:00', date_evenement::varchar)
            as date_evenement,
        spoil(bad, 'declaration_french', strftime(date_declaration, '%d/%m/%Y %H:%M'), date_declaration::varchar)
            as date_declaration,
        spoil(bad, 'age_type', 'trente', age::varchar) as age
    )
from typed_rows;
