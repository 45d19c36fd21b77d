-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case when is_corrected and correction_shape = 'cases' then pick(r, 'wrong_cases', 90000) else cases end as cases,
        case when is_corrected and correction_shape = 'deaths' then null else deaths end as deaths,
        case
            when is_corrected and correction_shape = 'day' then greatest(day - 1, getvariable('first_day')) else day
        end as day
    )
from sent_again;
