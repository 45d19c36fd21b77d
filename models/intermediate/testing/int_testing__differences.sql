-- The signed difference that the batches not taken in yet make in the counts, by finest cell and by reason.
with axes as (

    select * from {{ ref('int_testing__axes') }}

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
    from axes
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
    from axes
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
    from axes
    where onset_delay is not null
    group by sampled_on, reason, dep, sex, age_band, onset_delay

),

every_level as (

    select * from by_departement
    union all
    select * from by_place_or_delay
    union all
    select * from by_onset_delay

),

int_testing__differences as (

    select * from every_level
    where {{ any_measure(testing_measures()) }}

)

select * from int_testing__differences
