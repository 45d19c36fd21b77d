-- One row per delivered file of sos_medecins: where each of its rows ended.
{{ config(materialized='table', meta={'account_of': 'sos_medecins'}) }}

with int_house_calls__account as (

    {{ account_of('sos_medecins', 'int_house_calls__fates') }}

)

select * from int_house_calls__account
