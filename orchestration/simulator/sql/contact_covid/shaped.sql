-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_fiche,
    objet,
    key_text(person) as id_personne,
    platform as id_plateforme,
    case when objet = 'CONTACT' then key_text(case_h) end as id_cas,
    case when objet = 'CAS' then day end as date_confirmation,
    onset_on as date_debut_symptomes,
    case when objet = 'CONTACT' then minute_time(minute) end as date_identification,
    minute_time(call_minute) as date_appel,
    joint,
    known_contact as deja_contact,
    setting as lien,
    became_on as date_devenu_cas,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    dep as departement_residence
from placed;
