{{ declare_dataset(tests_by_age('sp-pos', 'heb', 'fra')) }}

with sp_pos_heb_fra as (

    {{ rows_of_tests_by_age('sp-pos', 'heb', 'fra') }}

)

select * from sp_pos_heb_fra
