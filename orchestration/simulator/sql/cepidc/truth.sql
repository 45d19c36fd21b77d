-- The counts that the right pipeline finds in the delivered records of the core.
create or replace table truth_counts as
select
    day,
    dep,
    case when years is null then 'unknown' else (least(years // 10, 9) * 10)::varchar end as age,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    coalesce(kind_of_place, 'unknown') as place_kind,
    count(*) as certificates,
    count(*) filter (mentions_covid) as covid,
    count(*) filter (mentions_covid and mentions_comorbidity) as covid_comorbid
from core
group by all;
