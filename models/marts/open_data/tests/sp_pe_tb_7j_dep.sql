{{ declare_dataset(tests_by_age('sp-pe-tb', '7j', 'dep')) }}

with sp_pe_tb_7j_dep as (

    {{ rows_of_tests_by_age('sp-pe-tb', '7j', 'dep') }}

)

select * from sp_pe_tb_7j_dep
