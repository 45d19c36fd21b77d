{{ declare_dataset(suspected_variants_layout('dep')) }}

with sp_variant_7j_dep as (

    {{ rows_of_suspected_variants('dep') }}

)

select * from sp_variant_7j_dep
