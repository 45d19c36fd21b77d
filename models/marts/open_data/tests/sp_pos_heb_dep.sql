{{ declare_dataset(tests_by_age('sp-pos', 'heb', 'dep')) }}

with sp_pos_heb_dep as (

    {{ rows_of_tests_by_age('sp-pos', 'heb', 'dep') }}

)

select * from sp_pos_heb_dep
