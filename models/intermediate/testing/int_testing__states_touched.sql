-- The current version of each result of the persons touched, as it stands now (sign 1) and as it stood when the cells
-- were last brought up to date (sign -1), with the reason for which the person is read again. What stands before the
-- first day that may count differently counts the same in both states and is not counted: it is there for the days
-- after it. Empty when the cells are rebuilt. A table, because what follows reads it several times.
{{ config(materialized='table') }}

with taken_in as (

    select * from {{ ref('int_testing__history') }}
    union all
    select * from {{ ref('int_testing__history_of_others') }}

),

versions as not materialized (

    select * from {{ ref('int_testing__incoming') }}
    where {{ applied_batch('int_testing__changes') }} > 0
    union all
    select
        taken_in.*,
        batches.batch
    from taken_in
    inner join {{ ref('int_testing__batches') }} as batches on taken_in.delivery = batches.delivery
    where batches.feed = 'sidep'

),

states as (

    {{ both_states('versions') }}

),

int_testing__states_touched as (

    select
        states.*,
        coalesce(touched.reason, 'new_rows') as reason,
        coalesce(states.sampled_on >= touched.first_day, true) as is_counted
    from states
    left join {{ ref('int_testing__touched_persons') }} as touched on states.person_key = touched.person_key

)

select * from int_testing__states_touched
