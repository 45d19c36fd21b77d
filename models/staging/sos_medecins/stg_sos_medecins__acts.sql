-- One row per accepted row of every delivery: all versions of each act, under the project's names and vocabularies.
with sos_medecins as (

    select * from {{ source('sos_medecins', 'sos_medecins') }}

),

acts as (

    select
        *,
        date_acte::date as acted_on,
        ',' || coalesce(diagnostic, '') || ',' as codes
    from sos_medecins
    where received_on <= date '{{ var("as_of") }}'

),

stg_sos_medecins__acts as (

    select
        acts.id_acte as act_key,
        acts.version as record_version,
        acts.nature as record_kind,
        acts.association,
        acts.departement as dep,
        acts.date_acte as acted_at,
        acts.acted_on,
        case acts.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(ages.age_band, 'unknown') as age_band,
        coalesce(acts.diagnostic, 'unknown') as diagnosis,
        acts.diagnostic is not null as is_coded,
        {{ suspected_covid('sos_medecins', 'acts.codes', 'acts.acted_on') }} as is_covid,
        acts.delivery,
        acts.line,
        coalesce(acts.arrival, 0) as arrival,
        acts.received_on
    from acts
    left join {{ ref('sursaud_ages') }} as ages
        on acts.classe_age = ages.code and acts.acted_on between ages.valid_from and ages.valid_until

)

select * from stg_sos_medecins__acts
