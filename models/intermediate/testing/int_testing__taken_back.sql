-- The results of the deliveries that were withdrawn since the cells were last brought up to date: they leave the counts
-- as if they had not come. Empty when the cells are rebuilt.
{{ config(materialized='table') }}

with int_testing__taken_back as (

    select
        result_key,
        person_key,
        sampled_on,
        delivery,
        line
    from {{ ref('stg_sidep__results') }}
    where {{ is_newly_withdrawn('int_testing__changes', 'int_testing__batches') }}

)

select * from int_testing__taken_back
