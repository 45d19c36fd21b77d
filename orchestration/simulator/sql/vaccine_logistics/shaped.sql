-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_releve,
    depot,
    dep as departement,
    product as vaccin,
    day as fin_semaine,
    delivered::integer as doses_livrees,
    in_stock::integer as doses_en_stock
from placed;
