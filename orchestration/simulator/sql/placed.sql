-- Each line in its file. What all producers send or need of it alike is in `common`, of which a producer makes columns
-- beside its own.
create or replace view placed as
select
    lines.*,
    files.file,
    files.is_parquet,
    {
        'file': files.file,
        'is_parquet': files.is_parquet,
        'received_on': lines.received_on,
        'kind': lines.kind,
        'r': lines.r,
        'bad': case when lines.kind = 'bad_row' then bad_shape(lines.r) end,
        'version': lines.version::integer,
        'nature': lines.nature
    } as common
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
