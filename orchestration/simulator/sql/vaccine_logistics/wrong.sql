-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case when is_corrected and correction_shape = 'delivered' then pick(r, 'wrong_delivered', 70000) else delivered end
            as delivered,
        case when is_corrected and correction_shape = 'stock' then null else in_stock end as in_stock,
        case
            when is_corrected and correction_shape = 'product' then case when product = '2' then null else '2' end
            else product
        end as product,
        case
            when is_corrected and correction_shape = 'week' and day - 7 >= getvariable('first_day') then day - 7
            else day
        end as day,
        case
            when is_corrected and correction_shape = 'place'
                then getvariable('dep_codes')[1 + pick(r, 'wrong_dep', len(getvariable('dep_codes')))]
            else dep
        end as dep
    )
from sent_again;
