{{ declare_dataset(school_tests('sp_ti_tp_7j_18ans_dep', '7j', 'dep')) }}

with sp_ti_tp_7j_18ans_dep as (

    {{ rows_of_school_tests('7j', 'dep') }}

)

select * from sp_ti_tp_7j_18ans_dep
