-- The clusters that the right pipeline finds, by day of their report and of their closing: of the core alone, from three
-- linked cases on.
create or replace table truth_counts as
with moments as (
    select
        *,
        'report' as what,
        day as told_of
    from core
    union all
    select
        *,
        'closing' as what,
        closed_on as told_of
    from core
    where closed_on is not null
)

select
    what,
    told_of as day,
    dep,
    place_kind,
    coalesce(criticality, 'unknown') as criticality,
    state,
    count(*) as clusters,
    sum(cases)::bigint as cases
from moments
where cases >= 3
group by all;
