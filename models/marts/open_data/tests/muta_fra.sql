{{ declare_dataset(screened_tests('muta', 'fra')) }}

with muta_fra as (

    {{ rows_of_screened_tests('muta', 'fra') }}

)

select * from muta_fra
