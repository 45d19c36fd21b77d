-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_fiche,
    lines.version::integer as version,
    lines.nature,
    lines.objet,
    key_text(lines.person) as id_personne,
    lines.platform as id_plateforme,
    case when lines.objet = 'CONTACT' then key_text(lines.case_h) end as id_cas,
    case when lines.objet = 'CAS' then lines.day end as date_confirmation,
    lines.onset_on as date_debut_symptomes,
    case when lines.objet = 'CONTACT' then minute_time(lines.minute) end as date_identification,
    minute_time(lines.call_minute) as date_appel,
    lines.joint,
    lines.known_contact as deja_contact,
    lines.setting as lien,
    lines.became_on as date_devenu_cas,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years::integer as age,
    lines.dep as departement_residence,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
