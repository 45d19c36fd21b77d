-- What the cells have taken in of the results that what was delivered since may concern: every version, whoever's it
-- was. Empty when the cells are rebuilt: then the whole lake is read.
{{ config(materialized='table') }}

with results as (

    select * from {{ ref('stg_sidep__results') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

taken_in as (

    select delivery from {{ ref('int_testing__batches') }}
    where
        feed = 'sidep' and batch <= {{ applied_batch('int_testing__changes') }}
        and delivery not in (
            select delivery from {{ ref('int_testing__withdrawn_deliveries') }}
            where batch <= {{ applied_batch('int_testing__changes') }}
        )

),

int_testing__history as (

    select results.*
    from results
    semi join {{ ref('int_testing__results_concerned') }} as concerned on results.result_key = concerned.result_key
    where results.delivery in (select taken_in.delivery from taken_in)

)

select * from int_testing__history
