-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_deces,
    lines.version::integer as version,
    lines.nature,
    lines.com as commune,
    lines.transmits_since as envoi_depuis,
    lines.day as date_deces,
    lines.transmitted_on as date_transmission,
    case when lines.sexe is null and pick(lines.r, 'sex_shape', 2) = 0 then 'I' else lines.sexe end as sexe,
    lines.years::integer as age,
    case when lines.is_history then 'O' when pick(lines.r, 'history_said', 2) = 0 then 'N' end as reprise,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
