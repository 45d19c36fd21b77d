{% set dataset = layout_of_sentinelles('pay') %}
{{ declare_dataset(dataset) }}

with inc_25_pay as (

    {{ rows_of_sentinelles('pay') }}

)

select * from inc_25_pay
