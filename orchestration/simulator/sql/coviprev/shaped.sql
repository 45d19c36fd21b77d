-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_feuille,
    lines.version::integer as version,
    lines.nature,
    key_text(lines.person) as id_repondant,
    'INST1' as institut,
    wave_name(lines.wave, lines.wave_from, lines.day, lines.r) as vague,
    lines.wave_from as debut_vague,
    lines.day as fin_vague,
    lines.weight as poids,
    lines.stratum as strate,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years as age,
    case when pick(lines.r, 'place_shape', 3) = 0 then ltrim(lines.reg, '0') else lines.reg end as region,
    lines.anxiety as had_anxiete,
    lines.depression as had_depression,
    lines.sleep as pb_sommeil,
    lines.satisfaction as satisfaction_vie,
    lines.vaccine as intention_vaccin,
    lines.hands as mes_mains,
    lines.elbow as mes_coude,
    lines.tissue as mes_mouchoir,
    lines.greeting as mes_saluer,
    lines.distance as mes_distance,
    lines.outings as mes_sorties,
    lines.gatherings as mes_rassemblements,
    lines.mask as mes_masque,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
