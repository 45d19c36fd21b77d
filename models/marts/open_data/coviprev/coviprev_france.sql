{% set dataset = layout_of_coviprev('france') %}
{{ declare_dataset(dataset) }}

with coviprev_france as (

    {{ rows_of_coviprev('france') }}

)

select * from coviprev_france
