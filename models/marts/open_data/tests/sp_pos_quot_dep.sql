{{ declare_dataset(tests_by_age('sp-pos', 'quot', 'dep')) }}

with sp_pos_quot_dep as (

    {{ rows_of_tests_by_age('sp-pos', 'quot', 'dep') }}

)

select * from sp_pos_quot_dep
