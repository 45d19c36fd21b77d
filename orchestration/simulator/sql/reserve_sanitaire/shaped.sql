-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_releve,
    unit as cellule,
    reg as region,
    day as jour,
    reservists as reservistes
from placed;
