-- The doses that the right pipeline finds, of the core alone.
create or replace table truth_counts as
select
    day,
    dep,
    coalesce(product, 'unknown') as vaccine,
    coalesce(sum(delivered), 0)::bigint as delivered,
    coalesce(sum(in_stock), 0)::bigint as in_stock
from core
group by all;
