-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
with clocked as (
    select
        *,
        minute_time(minute) as entered_at,
        -- Suspected Covid-19 is the principal diagnosis, or an associated one.
        is_covid and occurs(r, 'associated', getvariable('associated')) as is_associated
    from placed
)

select
    unnest(common),
    key_text(r) as id_passage,
    sender as finess,
    dep as departement,
    entered_at as date_entree,
    case when sexe is null and pick(r, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    age_code(age, entered_at::date) as classe_age,
    case
        when not is_coded then null
        when is_associated then written(breath_code(r), sender)
        when is_covid then written(covid_code(r, day), sender)
        else written(other_code(r, 'principal'), sender)
    end as diagnostic_principal,
    case
        when not is_coded then null
        when is_associated and pick(r, 'more associated', 3) = 0
            then written(other_code(r, 'associated'), sender) || ',' || written(covid_code(r, day), sender)
        when is_associated then written(covid_code(r, day), sender)
        when pick(r, 'with associated', 5) = 0 then written(other_code(r, 'associated'), sender)
    end as diagnostics_associes,
    case
        when is_hospitalised then case when pick(r, 'transfer', 12) = 0 then 'TRANSFERT' else 'MUTATION' end
        when occurs(r, 'unknown_outcome', getvariable('unknown_outcome')) then null
        when pick(r, 'death', 400) = 0 then 'DECES'
        else 'DOMICILE'
    end as orientation
from clocked;
