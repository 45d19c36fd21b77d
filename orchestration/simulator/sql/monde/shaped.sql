-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_releve,
    country as pays,
    continent,
    day as jour,
    cases as cas,
    deaths as deces
from placed;
