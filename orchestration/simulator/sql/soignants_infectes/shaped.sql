-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_releve,
    establishment as etablissement,
    reg as region,
    day as fin_semaine,
    infected as professionnels_infectes
from placed;
