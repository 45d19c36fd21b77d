-- Version 1 of a corrected record: wrong in one thing. A load a thousand times too large is one per millilitre.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when is_corrected and correction_shape = 'load' then least(viral_load::bigint * 1000, 2000000000)::integer
            else viral_load
        end as viral_load,
        case when is_corrected and correction_shape = 'nitrogen' then nitrogen / 10 else nitrogen end::decimal(9, 2)
            as nitrogen,
        case when is_corrected and correction_shape = 'population' then population * 10 else population end as population,
        case
            when is_corrected and correction_shape = 'plant' then case when plant = 'Paris' then 'Pau' else 'Paris' end
            else plant
        end as plant,
        case when is_corrected and correction_shape = 'day' then day - 7 else day end as day
    )
from sent_again;
