-- What the right pipeline finds by week and région, by the core alone.
create or replace table truth_counts as
select
    day,
    coalesce(reg, 'unknown') as reg,
    count(*) as reports,
    sum(patients)::bigint as patients,
    sum(cases)::bigint as cases,
    sum(samples)::bigint as samples,
    sum(positives)::bigint as positives
from core
group by all;
