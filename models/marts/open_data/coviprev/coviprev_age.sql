{% set dataset = layout_of_coviprev('age') %}
{{ declare_dataset(dataset) }}

with coviprev_age as (

    {{ rows_of_coviprev('age') }}

)

select * from coviprev_age
