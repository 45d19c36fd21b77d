-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with quarantine as (

    select * from {{ source('sos_medecins', 'sos_medecins_quarantine') }}

),

stg_sos_medecins__acts_rejected as (

    select
        delivery,
        file,
        line,
        rule,
        column_name,
        value as offending_value,
        person_keys,
        received_on
    from quarantine
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_sos_medecins__acts_rejected
