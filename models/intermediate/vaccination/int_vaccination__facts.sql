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
        {%- for name, condition, key in [
            ('is_first_of_dose', 'records.dose > 0', 'records.dose'),
            ('is_first_complete', 'records.is_complete', 'records.is_complete'),
            ('is_first_of_booster', 'records.booster > 0', 'records.booster'),
            ('is_first_bivalent', 'records.is_bivalent_booster', 'records.is_bivalent_booster'),
        ] %}
        {{ condition }} and row_number() over (
            partition by records.sign, records.person_key, {{ key }} order by records.injected_on, records.injection_key
        ) = 1 as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from records
    left join {{ ref('int_vaccination__ages') }} as ages on records.age = ages.age

)

select * from int_vaccination__facts
