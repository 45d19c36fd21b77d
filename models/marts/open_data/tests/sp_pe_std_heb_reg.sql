{{ declare_dataset(standardised_tests('heb', 'reg')) }}

with sp_pe_std_heb_reg as (

    {{ rows_of_standardised_tests('heb', 'reg') }}

)

select * from sp_pe_std_heb_reg
