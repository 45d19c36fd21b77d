-- The columns of the contract, typed, from a line; evaluated file by file. What is none is left empty at times.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_releve,
    lines.version::integer as version,
    lines.nature,
    lines.practice as cabinet,
    strftime(lines.day, '%G') || case when pick(lines.r, 'week_shape', 3) > 0 then '-S' else '' end || strftime(lines.day, '%V')
        as semaine,
    case when pick(lines.r, 'place_shape', 3) = 0 then ltrim(lines.reg, '0') else lines.reg end as region,
    lines.patients as patientele,
    case when lines.cases > 0 or pick(lines.r, 'no_cases', 2) = 0 then lines.cases end as cas_ira,
    case when lines.samples > 0 or pick(lines.r, 'no_samples', 2) = 0 then lines.samples end as preleves,
    case when lines.positives > 0 or pick(lines.r, 'no_positives', 2) = 0 then lines.positives end as positifs,
    lines.day,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
