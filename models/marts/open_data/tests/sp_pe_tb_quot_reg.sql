{{ declare_dataset(tests_by_age('sp-pe-tb', 'quot', 'reg')) }}

with sp_pe_tb_quot_reg as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'quot', 'reg') }}

)

select * from sp_pe_tb_quot_reg
