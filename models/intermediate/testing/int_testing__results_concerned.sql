-- The results that what was delivered may concern: of the persons in it, those from the first day that may count
-- differently on, and the positive ones before it, which decide whether a later one counts. A table of keys, found in a
-- few columns of the lake, by which the rows are then fetched whole. Empty when the cells are rebuilt.
{{ config(materialized='table') }}

with results as (

    select * from {{ ref('stg_sidep__results') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

int_testing__results_concerned as (

    select
        results.result_key,
        results.person_key
    from results
    inner join {{ ref('int_testing__persons_sent') }} as persons_sent on results.person_key = persons_sent.person_key
    where results.sampled_on >= persons_sent.first_day or results.result = 'positive'

)

select * from int_testing__results_concerned
