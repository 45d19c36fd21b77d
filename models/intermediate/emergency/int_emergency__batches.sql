-- One row per accepted delivery of the theme, with the number of the batch (the run) that first saw it.
{{ config(materialized='incremental', incremental_strategy='append') }}

with int_emergency__batches as (

    {{ batches_of(emergency()) }}

)

select * from int_emergency__batches
