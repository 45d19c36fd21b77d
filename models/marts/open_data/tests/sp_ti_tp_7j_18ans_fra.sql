{{ declare_dataset(school_tests('sp_ti_tp_7j_18ans_fra', '7j', 'fra')) }}

with sp_ti_tp_7j_18ans_fra as (

    {{ rows_of_school_tests('7j', 'fra') }}

)

select * from sp_ti_tp_7j_18ans_fra
