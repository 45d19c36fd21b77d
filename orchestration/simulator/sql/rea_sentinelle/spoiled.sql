-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_fiche) as id_fiche,
        case bad when 'missing_unit' then null when 'unit_pattern' then 'réa 1' else service end as service,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2020-03-15'
            when 'after_delivery' then received_on + 1
            else date_admission
        end as date_admission,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'severity_code', 'GRAVE', sdra) as sdra,
        spoil(bad, 'comorbidity_code', 'OUI', comorbidite) as comorbidite
    )
from shaped;
