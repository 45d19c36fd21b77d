-- One row per accepted delivery of the theme, per file of requests for erasure and per withdrawal of such, with the
-- number of the batch (the run) that first saw it.
{{ config(materialized='incremental', incremental_strategy='append') }}

with int_hospital__batches as (

    {{ batches_of(hospital()) }}

)

select * from int_hospital__batches
