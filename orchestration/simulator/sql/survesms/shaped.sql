-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_bilan,
    lines.version::integer as version,
    lines.nature,
    key_text(lines.declaration) as id_signalement,
    lines.establishment as id_etablissement,
    lines.establishment_kind as type_etablissement,
    lines.dep as departement,
    lines.signs_on as date_premiers_signes,
    minute_time((lines.day - date '2020-01-01') * 1440 + lines.minute) as date_bilan,
    lines.stage as etape,
    lines.residents,
    lines.staff as personnel,
    lines.residents_confirmed::integer as cas_confirmes_residents,
    lines.residents_possible::integer as cas_possibles_residents,
    lines.staff_confirmed::integer as cas_confirmes_personnel,
    lines.staff_possible::integer as cas_possibles_personnel,
    lines.deaths_home::integer as deces_etablissement,
    lines.deaths_hospital::integer as deces_hopital,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
