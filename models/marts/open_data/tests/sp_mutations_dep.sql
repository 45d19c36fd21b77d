{{ declare_dataset(screened_tests('sp-mutations', 'dep')) }}

with sp_mutations_dep as (

    {{ rows_of_screened_tests('sp-mutations', 'dep') }}

)

select * from sp_mutations_dep
