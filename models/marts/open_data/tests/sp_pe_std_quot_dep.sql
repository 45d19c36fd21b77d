{{ declare_dataset(standardised_tests('quot', 'dep')) }}

with sp_pe_std_quot_dep as (

    {{ rows_of_standardised_tests('quot', 'dep') }}

)

select * from sp_pe_std_quot_dep
