{{ declare_dataset(tests_by_age('sp-pe-tb', 'quot', 'fra')) }}

with sp_pe_tb_quot_fra as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'quot', 'fra') }}

)

select * from sp_pe_tb_quot_fra
