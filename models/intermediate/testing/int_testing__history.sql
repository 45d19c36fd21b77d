-- Every version of the results of the persons concerned, between the days to be read again: the lake is read once for
-- them. Empty when the cells are rebuilt: then the whole lake is read.
{{ config(materialized='table') }}

with results as (

    select * from {{ ref('stg_sidep__results') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

int_testing__history as (

    select
        results.*,
        touched.reason
    from results
    inner join {{ ref('int_testing__touched_persons') }} as touched
        on
            results.person_key = touched.person_key
            and results.sampled_on between touched.read_from and touched.read_until

)

select * from int_testing__history
