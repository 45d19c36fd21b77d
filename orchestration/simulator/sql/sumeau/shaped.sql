-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    files.file,
    files.is_parquet,
    lines.received_on,
    lines.kind,
    lines.r,
    key_text(lines.r) as id_analyse,
    lines.version::integer as version,
    lines.nature,
    lines.laboratory as laboratoire,
    written(lines.plant, lines.r) as station,
    lines.dep as departement,
    lines.population as population_raccordee,
    lines.day as date_prelevement,
    lines.viral_load as charge_virale,
    case when lines.is_quantified then '1' else '10' end as remarque,
    lines.nitrogen as azote_ammoniacal,
    case when lines.kind = 'bad_row' then bad_shape(lines.r) end as bad
from lines
inner join files
    on
        lines.received_on = files.received_on
        and files.slot = file_slot(lines.kind, lines.r, files.files_of_day);
