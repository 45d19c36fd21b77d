{{ declare_dataset(tests_by_age('sp-pe-tb', 'quot', 'dep')) }}

with sp_pe_tb_quot_dep as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'quot', 'dep') }}

)

select * from sp_pe_tb_quot_dep
