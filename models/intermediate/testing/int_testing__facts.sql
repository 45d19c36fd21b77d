-- The people and days of the case definition with the value of each axis on which they are counted; NULL where the
-- delay of a row is not counted.
with int_testing__facts as (

    select
        classified.* exclude (dep, sampled_on),
        classified.sampled_on as day,
        classified.dep as place,
        coalesce(ages.age_band, 'unknown') as age_band,
        coalesce(ages.age65, 'unknown') as age65,
        case when classified.iris <> 'unknown' then classified.iris else classified.com end as residence,
        case when classified.is_tested then least(classified.result_delay_hours, 240) end as result_delay,
        case
            when classified.is_case and classified.symptoms = 'symptomatic' and classified.onset_delay_days is not null
                then least(classified.onset_delay_days, 30)
        end as onset_delay,
        least(classified.received_on - classified.sampled_on, 60) as receipt_delay
    from {{ ref('int_testing__classified') }} as classified
    left join {{ ref('age_years') }} as ages on classified.age = ages.age

)

select * from int_testing__facts
