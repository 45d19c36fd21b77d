-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    lines.dep as departement,
    lines.day as fin_semaine,
    lines.version::integer as version,
    lines.nature,
    lines.level as vulnerabilite,
    case when lines.is_zone then 'O' else 'N' end as zone_circulation_active,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
