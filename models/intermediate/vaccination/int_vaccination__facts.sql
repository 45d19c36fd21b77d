-- What each injection brings to the figures, and where it counts. A person counts once for each thing, by the first
-- injection that is entered for it; a dose that is entered twice is a dose given twice and no second person.
with records as (

    select
        *,
        is_bivalent and booster > 0 as is_bivalent_booster
    from {{ ref('int_vaccination__records') }}

),

int_vaccination__facts as (

    select
        records.sign,
        records.reason,
        records.injected_on as day,
        records.dep as place,
        records.sex,
        coalesce(ages.vacsi, 'unknown') as age_band,
        records.vaccine,
        records.target_group,
        records.dose,
        records.booster,
        {{ is_first('records.dose > 0', 'records.dose') }} as is_first_of_dose,
        {{ is_first('records.is_complete', 'records.is_complete') }} as is_first_complete,
        {{ is_first('records.booster > 0', 'records.booster') }} as is_first_of_booster,
        {{ is_first('records.is_bivalent_booster', 'records.is_bivalent_booster') }} as is_first_bivalent
    from records
    left join {{ ref('int_vaccination__ages') }} as ages on records.age = ages.age

)

select * from int_vaccination__facts
