{{ declare_dataset(tests_by_age('sp-pos', 'quot', 'reg')) }}

with sp_pos_quot_reg as (

    {{ rows_of_tests_by_age('sp-pos', 'quot', 'reg') }}

)

select * from sp_pos_quot_reg
