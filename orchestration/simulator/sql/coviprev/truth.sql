-- What the right pipeline finds: respondents, with and without a weight, and the sums of weights of those who answered on
-- anxiety and of those above ten points, by the core alone.
create or replace table truth_counts as
select
    day,
    wave,
    coalesce(reg, 'unknown') as reg,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    case when years is null then 'unknown' else ['24', '34', '49', '64', '65'][quota_age(years)] end as age,
    count(*) filter (weight is not null) as respondents,
    count(*) filter (weight is null) as unweighted,
    coalesce(sum(weight) filter (anxiety is not null), 0)::double as answered,
    coalesce(sum(weight) filter (anxiety > 10), 0)::double as anxious
from core
group by all;
