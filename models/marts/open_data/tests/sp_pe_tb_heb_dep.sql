{{ declare_dataset(tests_by_age('sp-pe-tb', 'heb', 'dep')) }}

with sp_pe_tb_heb_dep as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'heb', 'dep') }}

)

select * from sp_pe_tb_heb_dep
