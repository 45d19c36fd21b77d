{% set dataset = layout_of_coviprev('sexe') %}
{{ declare_dataset(dataset) }}

with coviprev_sexe as (

    {{ rows_of_coviprev('sexe') }}

)

select * from coviprev_sexe
