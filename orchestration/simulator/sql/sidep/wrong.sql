-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'result'
                then
                    case
                        when pick(r, 'wrong_result', 8) = 0 then 'I'
                        when result = 'P' then 'N'
                        else 'P'
                    end
            else result
        end as result,
        case
            when is_corrected and correction_shape = 'place' and pick(r, 'wrong_place', 3) > 0
                then
                    getvariable('dep_codes')[1 + pick(r, 'wrong_place_code', len(getvariable('dep_codes')))]
            when is_corrected and correction_shape = 'place' then null
            else dep
        end as dep,
        case when is_corrected and correction_shape = 'place' then null else com end as com,
        case when is_corrected and correction_shape = 'place' then null else iris end as iris,
        case
            when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
            when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age_years', 100)::smallint
            else years
        end as years,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when is_corrected and correction_shape = 'day'
                then greatest(day - 1 - pick(r, 'wrong_day', 3), getvariable('first_day'))
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'person' then seeded(r, 'wrong_person') else person
        end as person
    )
from sent_again;
