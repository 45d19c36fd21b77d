{{ declare_dataset(tests_by_age('sp-pos', '7j', 'fra')) }}

with sp_pos_7j_fra as (

    {{ rows_of_tests_by_age('sp-pos', '7j', 'fra') }}

)

select * from sp_pos_7j_fra
