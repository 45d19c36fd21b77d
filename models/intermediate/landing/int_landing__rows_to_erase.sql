-- Every row that the lake and the quarantine still hold of a person to be erased, and the versions that such a row has
-- replaced under another person's name: without it they would count again. With the first batch that asked for it.
{{ config(materialized='table') }}

with results as not materialized (

    select * from {{ ref('stg_sidep__results') }}

),

erased_persons as (

    select * from {{ ref('int_landing__erased_persons') }}

),

theirs as (

    select
        results.*,
        erased_persons.batch
    from results
    inner join erased_persons on results.person_key = erased_persons.person_key

),

replaced as (

    select
        results.delivery,
        results.line,
        min(theirs.batch) as batch
    from (select * from results where result_key in (select result_key from theirs)) as results
    inner join theirs
        on
            results.result_key = theirs.result_key
            and {{ version_order('results') }} < {{ version_order('theirs') }}
    where results.person_key not in (select person_key from erased_persons)
    group by results.delivery, results.line

),

int_landing__rows_to_erase as (

    select 'sidep' as feed, 'raw' as side, delivery, line, batch from theirs
    union all
    select 'sidep' as feed, 'raw' as side, delivery, line, batch from replaced
    union all
    select 'sidep' as feed, 'quarantine' as side, rejected.delivery, rejected.line, persons.batch
    from {{ ref('stg_sidep__results_rejected') }} as rejected
    inner join erased_persons as persons on rejected.person_key = persons.person_key

)

select * from int_landing__rows_to_erase
