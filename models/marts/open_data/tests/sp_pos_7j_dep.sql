{{ declare_dataset(tests_by_age('sp-pos', '7j', 'dep')) }}

with sp_pos_7j_dep as (

    {{ rows_of_tests_by_age('sp-pos', '7j', 'dep') }}

)

select * from sp_pos_7j_dep
