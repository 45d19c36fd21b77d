-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_echantillon,
    lines.version::integer as version,
    lines.nature,
    key_text(lines.person) as id_personne,
    'LAB' || (1 + pick(lines.person, 'laboratory', 2)) as laboratoire,
    lines.wave as vague,
    lines.wave_from as debut_vague,
    lines.day as fin_vague,
    lines.weight as poids,
    lines.stratum as strate,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years as age,
    case when pick(lines.r, 'place_shape', 3) = 0 then ltrim(lines.reg, '0') else lines.reg end as region,
    lines.result as resultat,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
