{{ declare_dataset(tests_by_age('sp-pos', 'quot', 'fra')) }}

with sp_pos_quot_fra as (

    {{ rows_of_tests_by_age('sp-pos', 'quot', 'fra') }}

)

select * from sp_pos_quot_fra
