-- One row per delivered file of population: where each of its rows ended.
{{ config(meta={'account_of': 'population'}) }}

with int_referential__population_account as (

    {{ account_of('population') }}

)

select * from int_referential__population_account
