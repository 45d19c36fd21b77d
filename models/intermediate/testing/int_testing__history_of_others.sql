-- The other results that the cells have taken in of the persons touched of whom nothing that was sent told: a result
-- passed from them to another person, or replaced one of an older day. As a rule there are none.
{{ config(materialized='table') }}

with touched as (

    select touched.person_key
    from {{ ref('int_testing__touched_persons') }} as touched
    left join {{ ref('int_testing__persons_sent') }} as persons_sent on touched.person_key = persons_sent.person_key
    where persons_sent.person_key is null or touched.first_day < persons_sent.first_day

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

results as (

    select results.*
    from {{ ref('stg_sidep__results') }} as results
    inner join touched on results.person_key = touched.person_key
    where results.delivery in (select taken_in.delivery from taken_in)

),

int_testing__history_of_others as (

    select results.*
    from results
    anti join {{ ref('int_testing__history') }} as history
        on results.delivery = history.delivery and results.line = history.line

)

select * from int_testing__history_of_others
