with sent as (

    select * from {{ source('routing', 'sent') }}

),

stg_routing__sent as (

    select * from sent

)

select * from stg_routing__sent
