{{ declare_dataset(tests_by_age('sp-pos', 'heb', 'reg')) }}

with sp_pos_heb_reg as (

    {{ rows_of_tests_by_age('sp-pos', 'heb', 'reg') }}

)

select * from sp_pos_heb_reg
