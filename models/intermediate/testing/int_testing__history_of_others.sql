-- The other results of the persons touched of whom nothing that was sent told: a result passed from them to another
-- person, or replaced one of an older day. As a rule there are none.
{{ config(materialized='table') }}

with touched as (

    select touched.person_key
    from {{ ref('int_testing__touched_persons') }} as touched
    left join {{ ref('int_testing__persons_sent') }} as persons_sent on touched.person_key = persons_sent.person_key
    where persons_sent.person_key is null or touched.first_day < persons_sent.first_day

),

results as (

    select results.*
    from {{ ref('stg_sidep__results') }} as results
    inner join touched on results.person_key = touched.person_key

),

int_testing__history_of_others as (

    select results.*
    from results
    anti join {{ ref('int_testing__history') }} as history
        on results.delivery = history.delivery and results.line = history.line

)

select * from int_testing__history_of_others
