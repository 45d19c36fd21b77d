-- One row per indicator and per official layout, from the declarations themselves.
with indicator_catalogue as (

    {{ declared_outputs() }}

)

select * from indicator_catalogue
