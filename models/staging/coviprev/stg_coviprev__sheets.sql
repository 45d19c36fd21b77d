-- One row per accepted row of every delivery: all versions of each answer sheet, under the project's names and
-- vocabularies. The wave is written freely ("Vague 12 : 18-20 mai", "V12"): its number is what can be read of it.
with coviprev as (

    select * from {{ source('coviprev', 'coviprev') }}

),

stg_coviprev__sheets as (

    select
        id_feuille as sheet_key,
        version as record_version,
        nature as record_kind,
        id_repondant as person_key,
        institut as institute,
        regexp_extract(vague, '[0-9]+')::integer as wave,
        debut_vague as wave_from,
        fin_vague as wave_until,
        coalesce(poids, 0) as weight,
        strate as sample_stratum,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(case when length(region) = 1 then '0' || region else region end, 'unknown') as reg,
        {% for name, received in survey_answers().items() -%}
            {{ received }} as {{ name }},
        {% endfor -%}
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from coviprev
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_coviprev__sheets
