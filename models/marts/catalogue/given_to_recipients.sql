with given_to_recipients as (
    select * from {{ ref('stg_routing__given') }}
)

select * from given_to_recipients
