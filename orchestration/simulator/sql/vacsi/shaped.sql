-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_injection,
    lines.version::integer as version,
    lines.nature,
    key_text(lines.person) as id_personne,
    lines.centre as id_centre,
    lines.day as date_injection,
    lines.dose::integer as rang,
    lines.vaccin,
    case when lines.is_complete then 'O' when pick(lines.r, 'scheme_said', 4) > 0 then 'N' end as schema_complet,
    nullif(lines.booster, 0)::integer as rappel,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years::integer as age,
    -- The commune, the département or both.
    case when pick(lines.r, 'place_shape', 4) > 0 then lines.com end as commune_residence,
    case when lines.com is null or pick(lines.r, 'place_shape', 4) < 3 then lines.dep end as departement_residence,
    case when pick(lines.r, 'injection_place_known', 50) > 0 then lines.injected_in end as departement_injection,
    lines.target_group as public,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
