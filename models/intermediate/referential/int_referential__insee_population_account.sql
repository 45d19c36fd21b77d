-- One row per delivered file of insee_population: where each of its rows ended.
{{ config(meta={'account_of': 'insee_population'}) }}

with int_referential__insee_population_account as (

    {{ account_of('insee_population') }}

)

select * from int_referential__insee_population_account
