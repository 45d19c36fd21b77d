-- The counts that the right pipeline finds in the delivered records of the core.
create or replace table truth_counts as
select
    day,
    dep,
    coalesce(age_code(age, day), 'unknown') as age,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    count(*) as tot,
    count(*) filter (is_covid) as corona,
    count(*) filter (is_covid and is_hospitalised) as hospit
from core
group by all;
