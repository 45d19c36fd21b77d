-- One row per delivered file of sivic: where each of its rows ended.
{{ config(materialized='table', meta={'account_of': 'sivic'}) }}

with int_hospital__account as (

    {{ account_of('sivic', 'int_hospital__fates', 'int_hospital__rows_to_erase') }}

)

select * from int_hospital__account
