-- Every version of the results that what was delivered may concern, whoever's they were: what it sends again is found
-- with it. Empty when the cells are rebuilt: then the whole lake is read.
{{ config(materialized='table') }}

with results as (

    select * from {{ ref('stg_sidep__results') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

int_testing__history as (

    select results.*
    from results
    semi join {{ ref('int_testing__results_concerned') }} as concerned on results.result_key = concerned.result_key

)

select * from int_testing__history
