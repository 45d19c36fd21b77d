{{ config(materialized='table') }}

-- The classes of positivity that may stand beside each pair of classes of incidence and testing, in a place of a size,
-- and between what counts each then leaves cases and people tested. They follow from what is published alone, so that a
-- class that is missing tells nothing: the finest ladder of which every class that is possible leaves enough counts of
-- both, whichever it is; none where there is no such ladder.
with pairs as (

    select distinct
        cases_low,
        cases_high,
        tested_low,
        tested_high
    from {{ ref('int_testing__local_sums') }}
    where ti_classe is not null and td_classe is not null

),

narrowed as (

    select
        pairs.cases_low,
        pairs.cases_high,
        pairs.tested_low,
        pairs.tested_high,
        ladders.size_from,
        ladders.label,
        ladders.lower,
        ladders.upper,
        greatest(pairs.cases_low, ceil(ladders.lower * pairs.tested_low / 100)) as class_cases_low,
        least(
            pairs.cases_high, coalesce(ceil(ladders.upper * pairs.tested_high / 100) - 1, pairs.cases_high)
        ) as class_cases_high,
        greatest(
            pairs.tested_low, coalesce(floor(100 * pairs.cases_low / ladders.upper) + 1, pairs.tested_low)
        ) as class_tested_low,
        least(
            pairs.tested_high, coalesce(floor(100 * pairs.cases_high / nullif(ladders.lower, 0)), pairs.tested_high)
        ) as class_tested_high
    from pairs
    inner join {{ ref('int_referential__class_ladders') }} as ladders
        on ladders.rate = 'tp' and pairs.tested_low >= ladders.size_from

),

possible as (

    select
        *,
        bool_and(
            {{ enough_counts('class_cases_low', 'class_cases_high') }}
            and {{ enough_counts('class_tested_low', 'class_tested_high') }}
        ) over (partition by cases_low, cases_high, tested_low, tested_high, size_from) as are_enough
    from narrowed
    where class_cases_low <= class_cases_high and class_tested_low <= class_tested_high

),

int_testing__positivity_classes as (

    select
        * exclude (are_enough, size_from) replace (
            class_cases_low::bigint as class_cases_low,
            class_cases_high::bigint as class_cases_high,
            class_tested_low::bigint as class_tested_low,
            class_tested_high::bigint as class_tested_high
        )
    from possible
    where are_enough
    qualify size_from = max(size_from) over (partition by cases_low, cases_high, tested_low, tested_high)

)

select * from int_testing__positivity_classes
