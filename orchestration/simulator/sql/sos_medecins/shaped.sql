-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
with placed as (
    select
        lines.*,
        files.file,
        files.is_parquet,
        minute_time(lines.minute) as acted_at
    from lines
    inner join files
        on
            lines.received_on = files.received_on
            and files.slot = file_slot(lines.kind, lines.r, files.files_of_day)
)

select
    file,
    is_parquet,
    received_on,
    kind,
    r,
    key_text(r) as id_acte,
    version::integer as version,
    nature,
    sender as association,
    dep as departement,
    acted_at as date_acte,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    age_code(age, acted_at::date) as classe_age,
    case when not is_coded then null when is_covid then 'COVID' else other_code(r) end as diagnostic,
    case when kind = 'bad_row' then bad_shape(r) end as bad
from placed;
