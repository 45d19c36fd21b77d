-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_passage) as id_passage,
        case bad when 'missing_sender' then null when 'sender_pattern' then 'CHU Nord' else finess end as finess,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'missing_date' then null
            when 'date_min' then timestamp '2019-12-31 10:00:00'
            when 'after_delivery' then received_on::timestamp + interval '33 hours'
            else date_entree
        end as date_entree,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        case bad
            when 'age_code' then '7'
            when 'age_code_of_other_days' then case when date_entree < getvariable('new_codes') then '3' else 'C' end
            when 'after_delivery' then null
            else classe_age
        end as classe_age,
        spoil(bad, 'diagnosis_pattern', 'COVID', diagnostic_principal) as diagnostic_principal,
        spoil(bad, 'associated_pattern', 'R05 J18', diagnostics_associes) as diagnostics_associes,
        spoil(bad, 'outcome_code', 'SORTIE', orientation) as orientation
    )
from shaped;
