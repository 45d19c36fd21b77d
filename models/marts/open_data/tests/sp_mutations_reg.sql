{{ declare_dataset(screened_tests('sp-mutations', 'reg')) }}

with sp_mutations_reg as (

    {{ rows_of_screened_tests('sp-mutations', 'reg') }}

)

select * from sp_mutations_reg
