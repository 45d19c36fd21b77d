-- One row per accepted row of every delivery: all versions of each form, under the project's names and vocabularies.
with rea_sentinelle as (

    select * from {{ source('rea_sentinelle', 'rea_sentinelle') }}
    where received_on <= date '{{ var("as_of") }}'

),

stg_rea_sentinelle__forms as (

    select
        forms.id_fiche as form_key,
        forms.version as record_version,
        forms.nature as record_kind,
        forms.service as unit,
        forms.departement as dep,
        forms.date_admission as admitted_on,
        case forms.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(forms.age, -1) as age,
        coalesce(ages.age_band, 'unknown') as age_band,
        case forms.sdra
            when 'ABSENT' then 'none'
            when 'MINEUR' then 'minor'
            when 'MODERE' then 'moderate'
            when 'SEVERE' then 'severe'
            else 'unknown'
        end as severity,
        case forms.comorbidite when 'O' then 'yes' when 'N' then 'no' else 'unknown' end as comorbidity,
        forms.delivery,
        forms.line,
        coalesce(forms.arrival, 0) as arrival,
        forms.received_on
    from rea_sentinelle as forms
    left join {{ ref('age_years') }} as ages on forms.age = ages.age

)

select * from stg_rea_sentinelle__forms
