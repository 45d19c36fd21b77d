{{ declare_dataset(tests_by_age('sp-pos', '7j', 'reg')) }}

with sp_pos_7j_reg as (

    {{ rows_of_tests_by_age('sp-pos', '7j', 'reg') }}

)

select * from sp_pos_7j_reg
