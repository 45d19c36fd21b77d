-- What each batch of deliveries changed in the counts: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: the sum over the batches up to one is what was known then.
-- A cell stands at one of five levels: `dep` (département × sex × age band), `local` (IRIS or commune × under or over
-- 65), `result_delay` (département × hours), `onset_delay` (département × sex × age band × days) and `receipt_delay`
-- (laboratory × days from sampling to the receipt of the current version).
{{ config(materialized='incremental', incremental_strategy='append') }}

with classified as (

    select
        classified.*,
        coalesce(ages.age_band, 'unknown') as age_band,
        coalesce(ages.age65, 'unknown') as age65,
        case when classified.iris <> 'unknown' then classified.iris else classified.com end as place,
        case when classified.is_tested then least(classified.result_delay_hours, 240) end as result_delay,
        case
            when classified.is_case and classified.symptoms = 'symptomatic' and classified.onset_delay_days is not null
                then least(classified.onset_delay_days, 30)
        end as onset_delay,
        least(classified.received_on - classified.sampled_on, 60) as receipt_delay
    from {{ ref('int_testing__classified') }} as classified
    left join {{ ref('age_years') }} as ages on classified.age = ages.age

),

differences as (

    select
        case
            when grouping(age65) = 0 then 'local'
            when grouping(onset_delay) = 0 then 'onset_delay'
            when grouping(result_delay) = 0 then 'result_delay'
            when grouping(receipt_delay) = 0 then 'receipt_delay'
            else 'dep'
        end as cell_level,
        sampled_on,
        coalesce(dep, place, laboratory) as place,
        coalesce(sex, 'all') as sex,
        coalesce(age_band, age65, 'all') as age_band,
        coalesce(result_delay, onset_delay, receipt_delay, -1) as delay,
        reason,
        {{ signed_measures(testing_measures()) }}
    from classified
    group by grouping sets (
        (sampled_on, reason, dep, sex, age_band),
        (sampled_on, reason, place, age65),
        (sampled_on, reason, dep, result_delay),
        (sampled_on, reason, dep, sex, age_band, onset_delay),
        (sampled_on, reason, laboratory, receipt_delay)
    )
    having
        (grouping(result_delay) = 1 or result_delay is not null)
        and (grouping(onset_delay) = 1 or onset_delay is not null)

),

batches as (

    select
        'delivery' as cell_level,
        received_on as sampled_on,
        delivery::varchar as place,
        'all' as sex,
        'all' as age_band,
        -1 as delay,
        'new_rows' as reason,
        {{ no_measures(testing_measures()) }},
        batch
    from {{ ref('int_landing__batches') }}
    where feed in ('sidep', 'erasure') and batch > {{ applied_batch('int_testing__changes') }}

),

int_testing__changes as (

    select
        differences.*,
        (select max(batch) from batches) as batch
    from differences
    where {{ any_measure(testing_measures()) }}
    union all
    select * from batches

)

select * from int_testing__changes
