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
    lines.unit as service,
    lines.dep as departement,
    lines.day as date_admission,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years as age,
    lines.severity as sdra,
    lines.comorbidity as comorbidite,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
