-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'level'
                then case level when 'LIMITEE' then 'MODEREE' else 'LIMITEE' end
            else level
        end as level,
        case when is_corrected and correction_shape = 'zone' then not is_zone else is_zone end as is_zone
    )
from sent_again;
