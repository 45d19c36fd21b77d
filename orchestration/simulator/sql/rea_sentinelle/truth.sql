-- What the right pipeline finds by day, département, sex, age in years, severity and comorbidity, by the core alone.
create or replace table truth_counts as
select
    day,
    dep,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    coalesce(years, -1) as years,
    coalesce(severity, 'unknown') as severity,
    coalesce(comorbidity, 'unknown') as comorbidity,
    count(*) as cases
from core
group by all;
