-- What each batch of deliveries changed in the counts: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: what is known is the sum over the batches.
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

by_departement as (

    select
        'dep' as cell_level,
        sampled_on,
        dep as place,
        sex,
        age_band,
        -1 as delay,
        reason,
        {{ signed_measures(testing_measures()) }}
    from classified
    group by sampled_on, reason, dep, sex, age_band

),

-- Where only people tested and cases are published, only these are counted.
by_place_or_delay as (

    select
        case
            when grouping(age65) = 0 then 'local'
            when grouping(result_delay) = 0 then 'result_delay'
            else 'receipt_delay'
        end as cell_level,
        sampled_on,
        coalesce(place, dep, laboratory) as place,
        'all' as sex,
        coalesce(age65, 'all') as age_band,
        coalesce(result_delay, receipt_delay, -1) as delay,
        reason,
        {{ signed_measures(testing_measures(), ['tested', 'cases']) }}
    from classified
    group by grouping sets (
        (sampled_on, reason, place, age65),
        (sampled_on, reason, dep, result_delay),
        (sampled_on, reason, laboratory, receipt_delay)
    )
    having grouping(result_delay) = 1 or result_delay is not null

),

by_onset_delay as (

    select
        'onset_delay' as cell_level,
        sampled_on,
        dep as place,
        sex,
        age_band,
        onset_delay as delay,
        reason,
        {{ signed_measures(testing_measures(), ['tested', 'cases']) }}
    from classified
    where onset_delay is not null
    group by sampled_on, reason, dep, sex, age_band, onset_delay

),

differences as (

    select * from by_departement
    union all
    select * from by_place_or_delay
    union all
    select * from by_onset_delay

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
