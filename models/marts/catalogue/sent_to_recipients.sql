with sent_to_recipients as (
    select * from {{ ref('stg_routing__sent') }}
)

select * from sent_to_recipients
