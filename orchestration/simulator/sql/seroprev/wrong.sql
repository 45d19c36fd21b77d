-- Version 1 of a corrected record: wrong in one thing, or not complete yet.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'result' and pick(r, 'wrong_result', 2) = 0 then null
            when is_corrected and correction_shape = 'result' then case result when 'P' then 'N' else 'P' end
            else result
        end as result,
        case when is_corrected and correction_shape = 'weight' then null else weight end as weight,
        case
            when is_corrected and correction_shape = 'sex' then case when sexe = 'F' then 'H' else 'F' end else sexe
        end as sexe,
        case when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age', 100) else years end as years,
        case
            when is_corrected and correction_shape = 'region' then case when reg = '84' then null else '84' end
            else reg
        end as reg,
        case when is_corrected and correction_shape = 'wave' then wave_from - 28 else wave_from end as wave_from,
        case when is_corrected and correction_shape = 'wave' then day - 28 else day end as day,
        case when is_corrected and correction_shape = 'wave' then greatest(wave - 1, 1) else wave end as wave
    )
from sent_again;
