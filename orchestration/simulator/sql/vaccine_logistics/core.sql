-- The reports that alone give the counts: of each week that ends in the span, département and product, so many as asked.
create or replace table core as
with weeks as (
    select unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
        as day
),

cells as (
    select
        weeks.day,
        departements.dep,
        products.product,
        hash(hash(getvariable('seed')::bigint, 'vaccine_logistics', day_number(weeks.day), departements.dep, products.product))
            as h
    from weeks
    cross join departements
    cross join (values ('1'), ('2'), ('3')) as products (product)
    where isodow(weeks.day) = 7
),

asked as (
    select * from cells
    qualify row_number() over (order by h) <= getvariable('reports')
)

select
    asked.h,
    asked.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    asked.dep,
    'DEPOT' || asked.dep as depot,
    case when not occurs(asked.h, 'unknown_product', getvariable('unknown_product')) then asked.product end as product,
    case when occurs(asked.h, 'delivers', 0.9) then floor(90000 * power(uniform(asked.h, 'delivered'), 4))::integer end
        as delivered,
    case when occurs(asked.h, 'has_stock', 0.9) then floor(60000 * power(uniform(asked.h, 'stock'), 4))::integer end as in_stock,
    calendar.received_on
from asked
inner join calendar
    on calendar.day = asked.day + 1 + arrival_delay(uniform(asked.h, 'arrival'), getvariable('late'));
