-- What the right pipeline finds: samples with and without a weight, and the sums of weights of those with a result and of
-- those with antibodies, by the core alone.
create or replace table truth_counts as
select
    day,
    wave,
    coalesce(reg, 'unknown') as reg,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    case when years is null then 'unknown' else ['14', '29', '44', '59', '74', '75'][1 + least(years // 15, 5)] end as age,
    count(*) filter (weight is not null) as samples,
    count(*) filter (weight is null) as unweighted,
    coalesce(sum(weight) filter (result in ('P', 'N')), 0)::double as tested,
    coalesce(sum(weight) filter (result = 'P'), 0)::double as positive
from core
group by all;
