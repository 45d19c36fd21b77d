-- Version 1 of a corrected record: wrong in one thing, or not complete yet.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case when is_corrected and correction_shape = 'severity' then null else severity end as severity,
        case
            when is_corrected and correction_shape = 'comorbidity' and pick(r, 'wrong_comorbidity', 2) = 0 then null
            when is_corrected and correction_shape = 'comorbidity' then case comorbidity when 'O' then 'N' else 'O' end
            else comorbidity
        end as comorbidity,
        case
            when is_corrected and correction_shape = 'sex' then case when sexe = 'F' then 'H' else 'F' end else sexe
        end as sexe,
        case when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age', 100) else years end as years,
        case
            when is_corrected and correction_shape = 'day'
                then greatest(day - 1 - pick(r, 'wrong_day', 10), getvariable('first_day'))
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep
    )
from sent_again;
