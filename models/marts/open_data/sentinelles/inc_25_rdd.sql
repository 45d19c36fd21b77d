{% set dataset = layout_of_sentinelles('rdd') %}
{{ declare_dataset(dataset) }}

with inc_25_rdd as (

    {{ rows_of_sentinelles('rdd') }}

)

select * from inc_25_rdd
