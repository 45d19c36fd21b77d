-- The counts that the right pipeline finds, by lineage; none where the sequence is not interpretable.
create or replace table truth_counts as
select
    survey,
    region,
    lineage,
    count(*) as sequences
from core
group by all;
