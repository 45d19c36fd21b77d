-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with quarantine as (

    select * from {{ source('oscour', 'oscour_quarantine') }}

),

stg_oscour__visits_rejected as (

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

select * from stg_oscour__visits_rejected
