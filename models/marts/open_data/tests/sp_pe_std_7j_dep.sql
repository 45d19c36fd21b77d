{{ declare_dataset(standardised_tests('7j', 'dep')) }}

with sp_pe_std_7j_dep as (

    {{ rows_of_standardised_tests('7j', 'dep') }}

)

select * from sp_pe_std_7j_dep
