-- Version 1 of a corrected record: without its diagnosis, or wrong in one thing.
create or replace view wrong_in_one_thing as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        is_coded and (not is_corrected or correction_shape <> 'coding') as is_coded,
        case when is_corrected and correction_shape = 'diagnosis' then not is_covid else is_covid end as is_covid,
        case
            when is_corrected and correction_shape = 'outcome' then not is_hospitalised else is_hospitalised
        end as is_hospitalised,
        case
            when is_corrected and correction_shape = 'sex'
                then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
            else sexe
        end as sexe,
        case
            when not is_corrected or correction_shape <> 'age' then age
            when pick(r, 'wrong_age', 3) > 0 then (1 + pick(r, 'wrong_age_class', 6))::tinyint
        end as age,
        case
            when is_corrected and correction_shape = 'time'
                then greatest(minute - 1 - pick(r, 'wrong_time', 4000), 1)
            else minute
        end as minute,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep
    )
from sent_again;

create or replace view wrong as
select * replace (
    case when is_corrected and correction_shape = 'place' then sender_of(dep, 1) else sender end as sender
)
from wrong_in_one_thing;
