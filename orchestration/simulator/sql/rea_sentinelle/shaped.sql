-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_fiche,
    unit as service,
    dep as departement,
    day as date_admission,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years as age,
    severity as sdra,
    comorbidity as comorbidite
from placed;
