-- Version 1 of a corrected record: wrong in one thing, or not yet followed.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'kind'
                then kind_on(case when place_kind = 'AUTRE' then 'ENTREPRISE' else 'AUTRE' end, day)
            when is_corrected and correction_shape = 'day' then kind_on(place_kind, greatest(day - 2, getvariable('first_day')))
            else place_kind
        end as place_kind,
        case
            when is_corrected and correction_shape in ('followed', 'criticality')
                then case when criticality is null then 'ELEVEE' end
            else criticality
        end as criticality,
        case when is_corrected and correction_shape = 'followed' then 'INVESTIGATION' else state end as state,
        case
            when is_corrected and correction_shape = 'cases' then case when cases < 3 then 8 else 2 end
            else cases
        end as cases,
        case
            when is_corrected and correction_shape = 'day' then greatest(day - 2, getvariable('first_day')) else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep
    )
from sent_again;
