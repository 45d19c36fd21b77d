-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_deces,
    com as commune,
    transmits_since as envoi_depuis,
    day as date_deces,
    transmitted_on as date_transmission,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    case when is_history then 'O' when pick(r, 'history_said', 2) = 0 then 'N' end as reprise
from placed;
