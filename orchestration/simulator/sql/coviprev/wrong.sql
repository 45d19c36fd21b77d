-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'weight' and pick(r, 'wrong_weight', 2) = 0 then null
            when is_corrected and correction_shape = 'weight'
                then (0.2 + 5 * uniform(r, 'wrong_weight_is'))::decimal(9, 4)
            else weight
        end as weight,
        case
            when is_corrected and correction_shape = 'answers' then pick(r, 'wrong_anxiety', 22) else anxiety
        end as anxiety,
        case when is_corrected and correction_shape = 'answers' then null else hands end as hands,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
            when is_corrected and correction_shape = 'age' then 18 + pick(r, 'wrong_age_years', 80)
            else years
        end as years,
        case
            when is_corrected and correction_shape = 'region' then case when reg = '84' then null else '84' end
            else reg
        end as reg,
        case when is_corrected and correction_shape = 'wave' then wave_from - 14 else wave_from end as wave_from,
        case when is_corrected and correction_shape = 'wave' then day - 14 else day end as day,
        case when is_corrected and correction_shape = 'wave' then greatest(wave - 1, 1) else wave end as wave,
        case
            when is_corrected and correction_shape = 'person' then seeded(r, 'wrong_person') else person
        end as person
    )
from sent_again;
