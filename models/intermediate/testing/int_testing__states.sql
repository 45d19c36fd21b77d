-- The current version of each result that is to be counted, or counted again, in two states: as it stands now (sign 1)
-- and as it stood when the cells were last brought up to date (sign -1). On a rebuild these are all results, in one
-- state.
with batches as (

    select * from {{ ref('int_testing__batches') }}
    where feed = 'sidep' and delivery not in (select delivery from {{ ref('int_testing__withdrawn_deliveries') }})

),

versions as not materialized (

    select
        results.*,
        batches.batch
    from {{ ref('stg_sidep__results') }} as results
    inner join batches on results.delivery = batches.delivery
    where {{ applied_batch('int_testing__changes') }} = 0

),

rebuilt as (

    {{ both_states('versions') }}

),

int_testing__states as (

    select
        *,
        'new_rows' as reason,
        true as is_counted
    from rebuilt
    union all
    select * from {{ ref('int_testing__states_touched') }}

)

select * from int_testing__states
