{% set dataset = layout_of_sumeau() %}
{{ declare_dataset(dataset) }}

with sumeau_indicateurs as (

    {{ rows_of_sumeau() }}

)

select * from sumeau_indicateurs
