-- One row per delivered file of oscour: where each of its rows ended.
{{ config(materialized='table', meta={'account_of': 'oscour'}) }}

with int_emergency__account as (

    {{ account_of('oscour', 'int_emergency__fates') }}

)

select * from int_emergency__account
