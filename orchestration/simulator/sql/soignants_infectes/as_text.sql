-- The faults that only text can have.
create or replace view as_text as
select
    * replace (
        spoil(bad, 'infected_type', 'dix', professionnels_infectes::varchar) as professionnels_infectes
    )
from typed_rows;
