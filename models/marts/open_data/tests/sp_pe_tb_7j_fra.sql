{{ declare_dataset(tests_by_age('sp-pe-tb', '7j', 'fra')) }}

with sp_pe_tb_7j_fra as (

    {{ rows_of_tests_by_age('sp-pe-tb', '7j', 'fra') }}

)

select * from sp_pe_tb_7j_fra
