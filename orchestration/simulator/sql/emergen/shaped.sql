-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_sequence,
    lines.version::integer as version,
    lines.nature,
    lines.platform as plateforme,
    lines.survey as debut_enquete,
    lines.region,
    lines.sampled_on as date_prelevement,
    -- Some are said to be interpretable, and no lineage is told.
    case when lines.lineage is null and pick(lines.r, 'said_interpretable', 4) > 0 then 'N' else 'O' end as interpretable,
    lines.lineage as lignee,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
