{{ declare_dataset(tests_by_age('sp-pe-tb', 'heb', 'fra')) }}

with sp_pe_tb_heb_fra as (

    {{ rows_of_tests_by_age('sp-pe-tb', 'heb', 'fra') }}

)

select * from sp_pe_tb_heb_fra
