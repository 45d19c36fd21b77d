-- One row per delivered file of insee_iris: where each of its rows ended.
{{ config(meta={'account_of': 'insee_iris'}) }}

with int_referential__insee_iris_account as (

    {{ account_of('insee_iris') }}

)

select * from int_referential__insee_iris_account
