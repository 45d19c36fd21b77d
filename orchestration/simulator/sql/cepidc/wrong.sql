-- Version 1 of a corrected record: without its causes, or wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'coding' then null
            when is_corrected and correction_shape = 'causes'
                then causes_of(seeded(r, 'wrong_causes'), not mentions_covid, pick(r, 'wrong_comorbidity', 2) = 0)
            else causes
        end as causes,
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
                then greatest(day - 1 - pick(r, 'wrong_day', 10), getvariable('first_day'))
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep,
        case
            when is_corrected and correction_shape = 'kind'
                then case when kind_of_place = 'EHPAD' then 'HOPITAL' else 'EHPAD' end
            else kind_of_place
        end as kind_of_place
    )
from sent_again;
