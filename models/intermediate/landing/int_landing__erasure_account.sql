-- One row per delivered file of erasure: where each of its rows ended.
{{ config(meta={'account_of': 'erasure'}) }}

with int_landing__erasure_account as (

    {{ account_of('erasure') }}

)

select * from int_landing__erasure_account
