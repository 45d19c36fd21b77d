-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    dep as departement,
    day as fin_semaine,
    level as vulnerabilite,
    case when is_zone then 'O' else 'N' end as zone_circulation_active
from placed;
