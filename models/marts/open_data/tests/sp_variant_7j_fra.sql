{{ declare_dataset(suspected_variants_layout('fra')) }}

with sp_variant_7j_fra as (

    {{ rows_of_suspected_variants('fra') }}

)

select * from sp_variant_7j_fra
