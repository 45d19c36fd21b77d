{{ declare_dataset(screened_tests('muta', 'reg')) }}

with muta_reg as (

    {{ rows_of_screened_tests('muta', 'reg') }}

)

select * from muta_reg
