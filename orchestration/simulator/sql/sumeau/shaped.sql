-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_analyse,
    laboratory as laboratoire,
    written(plant, r) as station,
    dep as departement,
    population as population_raccordee,
    day as date_prelevement,
    viral_load as charge_virale,
    case when is_quantified then '1' else '10' end as remarque,
    nitrogen as azote_ammoniacal
from placed;
