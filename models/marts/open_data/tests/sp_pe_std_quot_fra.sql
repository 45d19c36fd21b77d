{{ declare_dataset(standardised_tests('quot', 'fra')) }}

with sp_pe_std_quot_fra as (

    {{ rows_of_standardised_tests('quot', 'fra') }}

)

select * from sp_pe_std_quot_fra
