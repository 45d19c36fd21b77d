-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
with homed as (
    select
        *,
        -- How much of the home is said.
        case
            when home is null or occurs(person, 'unknown_place', getvariable('unknown_place')) then 'none'
            when not occurs(person, 'partial_place', getvariable('partial_place')) then 'all'
            else case pick(person, 'partial_shape', 2) when 0 then 'dep' else 'com' end
        end as place_shape
    from placed
)

select
    unnest(common),
    key_text(r) as id_evenement,
    key_text(person) as id_patient,
    key_text(stay) as id_sejour,
    finess,
    dep as departement_hopital,
    type as type_evenement,
    unit as unite,
    minute_time(occurred_minute) as date_evenement,
    minute_time(declared_minute) as date_declaration,
    case when sexe is null and pick(stay, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    case when place_shape in ('all', 'dep') then home end as departement_residence,
    case when place_shape in ('all', 'com') then com end as commune_residence,
    case
        when occurs(stay, 'missing_cause', getvariable('missing_cause')) then null
        when occurs(stay, 'with_covid', getvariable('with_covid')) then 'AVEC'
        else 'POUR'
    end as motif
from homed;
