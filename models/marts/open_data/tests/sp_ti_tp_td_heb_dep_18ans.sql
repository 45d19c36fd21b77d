{{ declare_dataset(school_tests('sp-ti-tp-td-heb-dep-18ans', 'heb', 'dep')) }}

with sp_ti_tp_td_heb_dep_18ans as (

    {{ rows_of_school_tests('heb', 'dep') }}

)

select * from sp_ti_tp_td_heb_dep_18ans
