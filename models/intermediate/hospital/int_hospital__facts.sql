-- What each stay brings to the figures, one row per fact. An admission, an entry in critical care, an exit home or by
-- death counts on the day it was declared, for good, and on the day it occurred unless the stay was removed since. A
-- state is one more on the day it begins and one less on the day it ends: as it stood by the declarations, and as it
-- was in truth.
with steps as (

    select * from {{ ref('int_hospital__steps') }}

),

moments as (

    select sign, stay_key, 'declared' as kind, declared_on as day, steps.* exclude (sign, stay_key) from steps
    union all
    select sign, stay_key, 'occurred' as kind, occurred_on as day, steps.* exclude (sign, stay_key) from steps
    where removed_on is null

),

facts as (

    select sign, stay_key, kind, 'admission' as what, day, 1 as amount, declared_on - day as waited from moments
    where is_admission
    union all by name
    select sign, stay_key, kind, 'critical_admission' as what, day, 1 as amount from moments
    where is_critical_admission
    union all by name
    select sign, stay_key, kind, event as what, day, 1 as amount from moments
    where is_first_exit and event in ('discharge', 'death')
    union all by name
    select sign, stay_key, kind, 'entry' as what, day, 1 as amount from moments
    where step = entry_step
    union all by name
    select
        sign,
        stay_key,
        'presence' as kind,
        state as what,
        unnest([occurred_on, until_on]) as day,
        unnest([1, -1]) as amount
    from steps
    where is_present and removed_on is null
    union all by name
    select
        sign,
        stay_key,
        'standing' as kind,
        state as what,
        unnest([from_on, until_on]) as day,
        unnest([1, -1]) as amount
    from {{ ref('int_hospital__standings') }}

),

int_hospital__facts as (

    select
        facts.*,
        stays.reason,
        stays.dep as place,
        stays.sex,
        coalesce(ages.age_band, 'unknown') as age_band,
        stays.cause,
        case when facts.kind = 'declared' and facts.what = 'entry' then nullif(stays.finess, 'unknown') end as hospital,
        case
            when facts.kind = 'occurred' and facts.what in ('discharge', 'death')
                then least(stays.left_on - stays.entered_on, 180)
        end as nights
    from facts
    inner join {{ ref('int_hospital__stays') }} as stays using (sign, stay_key)
    left join {{ ref('age_years') }} as ages on stays.age = ages.age
    where facts.day is not null

)

select * from int_hospital__facts
