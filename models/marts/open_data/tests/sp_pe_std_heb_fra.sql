{{ declare_dataset(standardised_tests('heb', 'fra')) }}

with sp_pe_std_heb_fra as (

    {{ rows_of_standardised_tests('heb', 'fra') }}

)

select * from sp_pe_std_heb_fra
