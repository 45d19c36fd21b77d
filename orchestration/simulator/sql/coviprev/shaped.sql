-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_feuille,
    key_text(person) as id_repondant,
    'INST1' as institut,
    wave_name(wave, wave_from, day, r) as vague,
    wave_from as debut_vague,
    day as fin_vague,
    weight as poids,
    stratum as strate,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years as age,
    case when pick(r, 'place_shape', 3) = 0 then ltrim(reg, '0') else reg end as region,
    anxiety as had_anxiete,
    depression as had_depression,
    sleep as pb_sommeil,
    satisfaction as satisfaction_vie,
    vaccine as intention_vaccin,
    hands as mes_mains,
    elbow as mes_coude,
    tissue as mes_mouchoir,
    greeting as mes_saluer,
    distance as mes_distance,
    outings as mes_sorties,
    gatherings as mes_rassemblements,
    mask as mes_masque
from placed;
