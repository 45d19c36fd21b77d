-- One row per accepted delivery of the theme, per file of requests for erasure and per withdrawal of such, with the
-- number of the batch (the run) that first saw it.
{{ config(materialized='incremental', incremental_strategy='append') }}

with int_testing__batches as (

    {{ batches_of(testing()) }}

)

select * from int_testing__batches
