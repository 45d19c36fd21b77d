-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case when is_corrected and correction_shape = 'infected' then pick(r, 'wrong_infected', 40) else infected end
            as infected,
        case
            when is_corrected and correction_shape = 'week' and day - 7 >= getvariable('first_day') then day - 7
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('regions')[1 + pick(r, 'wrong_reg', len(getvariable('regions')))]
            else reg
        end as reg
    )
from sent_again;
