{{ declare_dataset(suspected_variants_layout('reg')) }}

with sp_variant_7j_reg as (

    {{ rows_of_suspected_variants('reg') }}

)

select * from sp_variant_7j_reg
