{{ declare_dataset(standardised_tests('heb', 'dep')) }}

with sp_pe_std_heb_dep as (

    {{ rows_of_standardised_tests('heb', 'dep') }}

)

select * from sp_pe_std_heb_dep
