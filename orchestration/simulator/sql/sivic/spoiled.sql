-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_evenement) as id_evenement,
        case bad when 'missing_patient' then null when 'patient_pattern' then 'Jeanne Martin' else id_patient end
            as id_patient,
        spoil(bad, 'missing_stay', null, id_sejour) as id_sejour,
        spoil(bad, 'finess_pattern', 'CHU Nord', finess) as finess,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement_hopital end
            as departement_hopital,
        case bad
            when 'missing_event' then null
            when 'event_code' then 'SORTIE'
            when 'arrival_without_unit' then 'ADMISSION'
            else type_evenement
        end as type_evenement,
        case bad when 'unit_code' then 'REA' when 'arrival_without_unit' then null else unite end as unite,
        spoil(bad, 'event_date_min', timestamp '2019-12-31 10:00:00', date_evenement) as date_evenement,
        case bad
            when 'missing_declaration' then null
            when 'declared_after_delivery' then received_on::timestamp + interval '33 hours'
            when 'declared_before_event' then date_evenement - interval '10 minutes'
            else date_declaration
        end as date_declaration,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        case bad when 'age_max' then 134 when 'age_min' then -1 else age end as age,
        spoil(bad, 'residence_pattern', 'Ain', departement_residence) as departement_residence,
        spoil(bad, 'commune_pattern', 'PARIS', commune_residence) as commune_residence,
        spoil(bad, 'cause_code', 'COVID', motif) as motif
    )
from shaped;
