-- One row per accepted row of every delivery: all versions of each certificate, under the project's names and
-- vocabularies.
with cepidc as (

    select * from {{ source('cepidc', 'cepidc') }}

),

certificates as (

    select
        *,
        -- Codes are written with the point or without it.
        ',' || coalesce(replace(causes, '.', ''), '') || ',' as codes
    from cepidc
    where received_on <= date '{{ var("as_of") }}'

),

stg_cepidc__certificates as (

    select
        certificates.id_certificat as certificate_key,
        certificates.version as record_version,
        certificates.nature as record_kind,
        coalesce(certificates.etablissement, 'none') as establishment,
        certificates.departement as dep,
        case
            when certificates.lieu in ('HOPITAL', 'CLINIQUE') then 'hospital'
            when certificates.lieu = 'EHPAD' then 'care_home'
            when certificates.lieu = 'DOMICILE' then 'home'
            when certificates.lieu in ('VOIE_PUBLIQUE', 'AUTRE') then 'other'
            else 'unknown'
        end as place_kind,
        certificates.date_deces as died_on,
        case certificates.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(certificates.age, -1) as age,
        coalesce(ages.age_band, 'unknown') as age_band,
        certificates.codes as causes,
        {{ mentions(
            'certificate_causes', "vocabulary.mention = 'covid'", 'certificates.codes', 'certificates.date_deces'
        ) }} as is_covid,
        {{ mentions(
            'certificate_causes', "vocabulary.mention = 'comorbidity'", 'certificates.codes', 'certificates.date_deces'
        ) }} as is_comorbid,
        certificates.delivery,
        certificates.line,
        coalesce(certificates.arrival, 0) as arrival,
        certificates.received_on
    from certificates
    left join {{ ref('age_years') }} as ages on certificates.age = ages.age

)

select * from stg_cepidc__certificates
