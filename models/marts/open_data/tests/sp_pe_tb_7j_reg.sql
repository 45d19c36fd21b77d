{{ declare_dataset(tests_by_age('sp-pe-tb', '7j', 'reg')) }}

with sp_pe_tb_7j_reg as (

    {{ rows_of_tests_by_age('sp-pe-tb', '7j', 'reg') }}

)

select * from sp_pe_tb_7j_reg
