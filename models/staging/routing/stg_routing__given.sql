with given as (

    select * from {{ source('routing', 'given') }}

),

stg_routing__given as (

    select * from given

)

select * from stg_routing__given
