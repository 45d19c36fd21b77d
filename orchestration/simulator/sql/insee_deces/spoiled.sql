-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_deces) as id_deces,
        case bad when 'missing_commune' then null when 'commune_pattern' then 'Lyon' else commune end as commune,
        case bad
            when 'since_min' then date '1997-12-31'
            when 'since_later' then date_transmission + 1
            else envoi_depuis
        end as envoi_depuis,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2009-12-31'
            when 'death_later' then date_transmission + 1
            else date_deces
        end as date_deces,
        case bad
            when 'missing_transmission' then null
            when 'transmission_later' then received_on + 1
            else date_transmission
        end as date_transmission,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'history_code', 'oui', reprise) as reprise
    )
from shaped;
