-- What each batch of deliveries changed in the figures: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: what is known is the sum over the batches. A cell
-- stands at one of three levels: `dep` (département of the hospital × sex × age band), `stay_length`
-- (département × age band × nights) and `hospital` (département × hospital).
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook="{{ lay_out_sealed() }}",
    meta={'sealed': {
        'batches': 'int_hospital__batches',
        'keys': ['cell_level', 'day', 'place', 'sex', 'age_band', 'hospital', 'nights'],
        'day': 'day',
        'cells': "cell_level <> 'delivery'",
        'hot_days': var('hot_days')
    }}
) }}

-- A stay that changes leaves the events set aside before it leaves the stays to be read again.
-- depends_on: {{ ref('int_hospital__set_aside') }}

with contributions as (

    select * from {{ ref('int_hospital__contributions') }}

),

differences as (

    select
        case
            when grouping(hospital) = 0 then 'hospital'
            when grouping(nights) = 0 then 'stay_length'
            else 'dep'
        end as cell_level,
        day,
        dep as place,
        coalesce(sex, 'all') as sex,
        coalesce(age_band, 'all') as age_band,
        coalesce(hospital, 'all') as hospital,
        coalesce(nights, -1) as nights,
        reason,
        {{ signed_measures(hospital_measures()) }}
    from contributions
    group by day, reason, dep, grouping sets ((sex, age_band), (age_band, nights), (hospital))
    having
        (grouping(nights) = 1 or nights is not null)
        and (grouping(hospital) = 1 or hospital is not null)

),

batches as (

    select
        'delivery' as cell_level,
        received_on as day,
        delivery::varchar as place,
        'all' as sex,
        'all' as age_band,
        'all' as hospital,
        -1 as nights,
        'new_rows' as reason,
        {{ no_measures(hospital_measures()) }},
        batch
    from {{ ref('int_hospital__batches') }}
    where feed in ('sivic', 'erasure') and batch > {{ applied_batch('int_hospital__changes') }}

),

int_hospital__changes as (

    select
        differences.*,
        (select max(batch) from batches) as batch
    from differences
    where {{ any_measure(hospital_measures()) }}
    union all
    select * from batches

)

select * from int_hospital__changes
