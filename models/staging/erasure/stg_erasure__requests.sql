-- One row per request to erase a person.
with erasure as (

    select * from {{ source('erasure', 'erasure') }}

),

stg_erasure__requests as (

    select
        id_personne as person_key,
        date_demande as asked_on,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from erasure
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_erasure__requests
