{{ declare_dataset(screened_tests('sp-mutations', 'fra')) }}

with sp_mutations_fra as (

    {{ rows_of_screened_tests('sp-mutations', 'fra') }}

)

select * from sp_mutations_fra
