-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_injection,
    key_text(person) as id_personne,
    centre as id_centre,
    day as date_injection,
    dose::integer as rang,
    vaccin,
    case when is_complete then 'O' when pick(r, 'scheme_said', 4) > 0 then 'N' end as schema_complet,
    nullif(booster, 0)::integer as rappel,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    -- The commune, the département or both.
    case when pick(r, 'place_shape', 4) > 0 then com end as commune_residence,
    case when com is null or pick(r, 'place_shape', 4) < 3 then dep end as departement_residence,
    case when pick(r, 'injection_place_known', 50) > 0 then injected_in end as departement_injection,
    target_group as public
from placed;
