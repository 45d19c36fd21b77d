-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_releve) as id_releve,
        spoil(bad, 'country_pattern', 'France', pays) as pays,
        spoil(bad, 'continent_code', 'Antarctica', continent) as continent,
        case bad when 'missing_day' then null when 'after_delivery' then received_on + 1 else jour end as jour,
        spoil(bad, 'cases_max', 10000000, cas) as cas
    )
from shaped;
