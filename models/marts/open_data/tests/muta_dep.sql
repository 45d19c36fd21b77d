{{ declare_dataset(screened_tests('muta', 'dep')) }}

with muta_dep as (

    {{ rows_of_screened_tests('muta', 'dep') }}

)

select * from muta_dep
