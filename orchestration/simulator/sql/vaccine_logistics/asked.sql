-- A report for each week that ends in the span, département and product.
create or replace view asked as
with cells as (
    select
        weeks.day,
        departements.dep,
        products.product,
        hash(hash(getvariable('seed')::bigint, 'vaccine_logistics', day_number(weeks.day), departements.dep, products.product))
            as h
    from weeks
    cross join departements
    cross join (values ('1'), ('2'), ('3')) as products (product)
)

select
    h,
    day,
    dep,
    'DEPOT' || dep as depot,
    case when not occurs(h, 'unknown_product', getvariable('unknown_product')) then product end as product,
    case when occurs(h, 'delivers', 0.9) then floor(90000 * power(uniform(h, 'delivered'), 4))::integer end as delivered,
    case when occurs(h, 'has_stock', 0.9) then floor(60000 * power(uniform(h, 'stock'), 4))::integer end as in_stock
from cells;
