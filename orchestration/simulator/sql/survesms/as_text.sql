-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'date_type', date_bilan::date::varchar || ' 25:61:00', date_bilan::varchar) as date_bilan,
        spoil(bad, 'count_type', 'plusieurs', cas_confirmes_residents::varchar) as cas_confirmes_residents
    )
from typed_rows;
