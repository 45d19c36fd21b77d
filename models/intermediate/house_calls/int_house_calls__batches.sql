-- One row per accepted delivery of the theme, with the number of the batch (the run) that first saw it.
{{ config(materialized='incremental', incremental_strategy='append') }}

with int_house_calls__batches as (

    {{ batches_of(house_calls()) }}

)

select * from int_house_calls__batches
