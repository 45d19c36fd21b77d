{% set dataset = layout_of_coviprev('region') %}
{{ declare_dataset(dataset) }}

with coviprev_region as (

    {{ rows_of_coviprev('region') }}

)

select * from coviprev_region
