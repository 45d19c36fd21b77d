-- Version 1 of a corrected report: wrong in one thing.
create or replace view wrong as
with shape as (
    select
        *,
        case when is_corrected then correction_shape else '' end as shape
    from sent_again
)

select
    * exclude (shape) replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when shape = 'count' and pick(r, 'wrong_count', 3) = 0 then null
            when shape = 'count' then pick(r, 'wrong_cases', 90)
            else residents_confirmed
        end as residents_confirmed,
        case when shape = 'count' then pick(r, 'wrong_deaths', 9) else deaths_home end as deaths_home,
        case when shape = 'stage' and stage = 'CLOTURE' then 'SUIVI' when shape = 'stage' then 'CLOTURE' else stage end as stage,
        case when shape = 'day' then greatest(day - 1 - pick(r, 'wrong_day', 10), getvariable('first_day')) else day end as day,
        case
            when shape = 'signs' and pick(r, 'wrong_signs', 2) = 0 then null
            when shape in ('signs', 'day')
                then least(signs_on, greatest(day - 1 - pick(r, 'wrong_day', 10), getvariable('first_day')))
            else signs_on
        end as signs_on,
        case
            when shape <> 'kind' then establishment_kind when establishment_kind = 'EHPAD' then 'AUTRE' else 'EHPAD'
        end as establishment_kind,
        case
            when shape = 'place' then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep,
        case when shape = 'establishment' then finess_of('01', 900000 + pick(r, 'wrong_home', 99)) else establishment end
            as establishment
    )
from shape;
