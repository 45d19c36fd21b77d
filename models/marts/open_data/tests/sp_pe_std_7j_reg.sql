{{ declare_dataset(standardised_tests('7j', 'reg')) }}

with sp_pe_std_7j_reg as (

    {{ rows_of_standardised_tests('7j', 'reg') }}

)

select * from sp_pe_std_7j_reg
