-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
with clocked as (
    select
        *,
        minute_time(minute) as acted_at
    from placed
)

select
    unnest(common),
    key_text(r) as id_acte,
    sender as association,
    dep as departement,
    acted_at as date_acte,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    age_code(age, acted_at::date) as classe_age,
    case when not is_coded then null when is_covid then 'COVID' else other_code(r) end as diagnostic
from clocked;
