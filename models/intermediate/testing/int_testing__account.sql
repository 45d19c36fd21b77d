-- One row per delivered file of sidep: where each of its rows ended.
{{ config(materialized='table', meta={'account_of': 'sidep'}) }}

with int_testing__account as (

    {{ account_of('sidep', 'int_testing__fates', 'int_testing__rows_to_erase') }}

)

select * from int_testing__account
