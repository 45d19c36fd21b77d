{{ declare_dataset(standardised_tests('7j', 'fra')) }}

with sp_pe_std_7j_fra as (

    {{ rows_of_standardised_tests('7j', 'fra') }}

)

select * from sp_pe_std_7j_fra
