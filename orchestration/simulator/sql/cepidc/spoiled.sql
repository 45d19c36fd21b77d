-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_certificat) as id_certificat,
        spoil(bad, 'establishment_pattern', 'CHU', etablissement) as etablissement,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        spoil(bad, 'kind_code', 'HOTEL', lieu) as lieu,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2017-12-31'
            when 'death_later' then received_on + 1
            else date_deces
        end as date_deces,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'causes_pattern', 'grippe', causes) as causes
    )
from shaped;
