-- The counts that the right pipeline finds in the delivered records of the core.
create or replace table truth_counts as
select
    day,
    dep,
    case
        when years is null then 'unknown'
        when years < 15 then '14'
        when years < 45 then '44'
        when years < 65 then '64'
        when years < 85 then '84'
        else '85'
    end as age,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    transmits_since is not null as is_electronic,
    is_history,
    count(*) as deaths
from core
group by all;
