-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_echantillon,
    key_text(person) as id_personne,
    'LAB' || (1 + pick(person, 'laboratory', 2)) as laboratoire,
    wave as vague,
    wave_from as debut_vague,
    day as fin_vague,
    weight as poids,
    stratum as strate,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years as age,
    case when pick(r, 'place_shape', 3) = 0 then ltrim(reg, '0') else reg end as region,
    result as resultat
from placed;
