-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_releve) as id_releve,
        case bad when 'missing_practice' then null when 'practice_pattern' then 'cabinet 1' else cabinet end as cabinet,
        case bad
            when 'missing_week' then null
            when 'week_pattern' then '2021W05'
            when 'no_such_week' then '2021-S53'
            when 'after_delivery' then strftime(received_on + 7, '%G-S%V')
            else semaine
        end as semaine,
        spoil(bad, 'region_pattern', 'Corse', region) as region,
        case bad when 'missing_patients' then null when 'patients_min' then 0 else patientele end as patientele,
        spoil(bad, 'cases_max', 2001, cas_ira) as cas_ira,
        case bad when 'samples_min' then -1 when 'more_positives' then 1 else preleves end as preleves,
        spoil(bad, 'more_positives', 2, positifs) as positifs
    )
from shaped;
