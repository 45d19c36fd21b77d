{{ declare_dataset(school_tests('sp_ti_tp_7j_18ans_reg', '7j', 'reg')) }}

with sp_ti_tp_7j_18ans_reg as (

    {{ rows_of_school_tests('7j', 'reg') }}

)

select * from sp_ti_tp_7j_18ans_reg
