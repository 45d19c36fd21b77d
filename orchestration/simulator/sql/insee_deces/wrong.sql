-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
            when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age_years', 105)
            else years
        end as years,
        case
            when is_corrected and correction_shape = 'day'
                then greatest(day - 1 - pick(r, 'wrong_day', 20), getvariable('first_day'))
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'commune'
                then (select list(com order by com) from communes where population > 20000)[1 + pick(r, 'wrong_commune', 300)]
            else com
        end as com
    )
from sent_again;
