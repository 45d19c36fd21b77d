with incidents as (
    select * from {{ ref('stg_incidents__incidents') }}
)

select * from incidents
