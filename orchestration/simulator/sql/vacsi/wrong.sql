-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'product' then case when vaccin = '1' then null else '1' end
            else vaccin
        end as vaccin,
        case
            when is_corrected and correction_shape = 'rank' and pick(r, 'wrong_rank', 3) > 0
                then 1 + pick(r, 'wrong_rank_number', 5)
            when is_corrected and correction_shape = 'rank' then null
            else dose
        end as dose,
        is_complete <> (is_corrected and correction_shape = 'rank' and pick(r, 'wrong_scheme', 2) = 0) as is_complete,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
            when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age_years', 100)
            else years
        end as years,
        case
            when is_corrected and correction_shape = 'day'
                then greatest(day - 1 - pick(r, 'wrong_day', 10), getvariable('first_day'), product_from(vaccin))
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'place' and pick(r, 'wrong_place', 3) > 0
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            when is_corrected and correction_shape = 'place' then null
            else dep
        end as dep,
        case when is_corrected and correction_shape = 'place' then null else com end as com,
        case
            when is_corrected and correction_shape = 'person' then seeded(r, 'wrong_person') else person
        end as person
    )
from sent_again;
