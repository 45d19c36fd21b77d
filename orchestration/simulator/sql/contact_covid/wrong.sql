-- Version 1 of a corrected record: wrong in one thing. What is of a case alone or of a contact alone stays empty in the other.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'merged' and objet = 'CONTACT' then merged_case(case_h)
            else case_h
        end as case_h,
        case when is_corrected and correction_shape in ('outcome', 'call') then null else call_minute end as call_minute,
        case
            when is_corrected and correction_shape = 'outcome' then null
            when is_corrected and correction_shape = 'call' then 'N'
            else joint
        end as joint,
        case
            when is_corrected and correction_shape in ('outcome', 'day') then null
            else became_on
        end as became_on,
        case
            when is_corrected and correction_shape = 'told' and objet = 'CAS'
                then case when known_contact = 'O' then 'N' else 'O' end
            else known_contact
        end as known_contact,
        case
            when is_corrected and correction_shape = 'told' and objet = 'CONTACT'
                then case when setting = 'FOYER' then 'AUTRE' when setting = 'AUTRE' then null else 'FOYER' end
            else setting
        end as setting,
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
            when is_corrected and correction_shape = 'day' and day > getvariable('first_day') then day - 1
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'day' and day > getvariable('first_day') then minute - 1440
            else minute
        end as minute,
        case when is_corrected and correction_shape = 'day' then null else onset_on end as onset_on,
        case
            when is_corrected and correction_shape = 'place' and pick(r, 'wrong_place', 3) > 0
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            when is_corrected and correction_shape = 'place' then null
            else dep
        end as dep,
        case
            when is_corrected and correction_shape = 'person' then seeded(r, 'wrong_person') else person
        end as person
    )
from sent_again;
