{{ declare_dataset(standardised_tests('quot', 'reg')) }}

with sp_pe_std_quot_reg as (

    {{ rows_of_standardised_tests('quot', 'reg') }}

)

select * from sp_pe_std_quot_reg
