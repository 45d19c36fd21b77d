-- One row per person to be erased, with the first batch of deliveries that asked for it.
with requests as (

    select * from {{ ref('stg_erasure__requests') }}

),

batches as (

    select * from {{ ref('int_landing__batches') }}
    where feed = 'erasure'

),

int_landing__erased_persons as (

    select
        requests.person_key,
        min(batches.batch) as batch
    from requests
    inner join batches on requests.delivery = batches.delivery
    group by requests.person_key

)

select * from int_landing__erased_persons
