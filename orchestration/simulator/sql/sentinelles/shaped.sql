-- The columns of the contract, typed, from a line; evaluated file by file. What is none is left empty at times.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_releve,
    practice as cabinet,
    strftime(day, '%G') || case when pick(r, 'week_shape', 3) > 0 then '-S' else '' end || strftime(day, '%V')
        as semaine,
    case when pick(r, 'place_shape', 3) = 0 then ltrim(reg, '0') else reg end as region,
    patients as patientele,
    case when cases > 0 or pick(r, 'no_cases', 2) = 0 then cases end as cas_ira,
    case when samples > 0 or pick(r, 'no_samples', 2) = 0 then samples end as preleves,
    case when positives > 0 or pick(r, 'no_positives', 2) = 0 then positives end as positifs
from placed;
