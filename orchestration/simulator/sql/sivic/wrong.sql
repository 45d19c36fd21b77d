-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'unit' and unit is not null
                then case when unit = 'SOINS_CRITIQUES' then 'CONVENTIONNELLE' else 'SOINS_CRITIQUES' end
            else unit
        end as unit,
        case
            when is_corrected and correction_shape = 'unit' and type = 'RETOUR_DOMICILE' then 'DECES'
            when is_corrected and correction_shape = 'unit' and type = 'DECES' then 'RETOUR_DOMICILE'
            else type
        end as type,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
            when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age_years', 100)::smallint
            else years
        end as years,
        case
            when is_corrected and correction_shape = 'time'
                then greatest(occurred_minute - 1 - pick(r, 'wrong_time', 4000), 1)
            else occurred_minute
        end as occurred_minute,
        case when is_corrected and correction_shape = 'place' then null else home end as home,
        case when is_corrected and correction_shape = 'place' then null else com end as com,
        case
            when is_corrected and correction_shape = 'patient' then seeded(r, 'wrong_patient')
            else person
        end as person
    )
from sent_again;
