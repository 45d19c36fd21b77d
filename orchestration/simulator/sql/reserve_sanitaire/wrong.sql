-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'reservists' then pick(r, 'wrong_reservists', 90)
            else reservists
        end as reservists,
        case
            when is_corrected and correction_shape = 'day' then greatest(day - 1, getvariable('first_day')) else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('regions')[1 + pick(r, 'wrong_reg', len(getvariable('regions')))]
            else reg
        end as reg
    )
from sent_again;
