-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_certificat,
    establishment as etablissement,
    dep as departement,
    kind_of_place as lieu,
    day as date_deces,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    causes
from placed;
