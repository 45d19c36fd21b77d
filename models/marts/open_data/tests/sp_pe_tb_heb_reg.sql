{{ declare_dataset(tests_by_age('sp-pe-tb', 'heb', 'reg')) }}

with sp_pe_tb_heb_reg as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'heb', 'reg') }}

)

select * from sp_pe_tb_heb_reg
