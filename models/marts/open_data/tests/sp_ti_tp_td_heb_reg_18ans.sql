{{ declare_dataset(school_tests('sp-ti-tp-td-heb-reg-18ans', 'heb', 'reg')) }}

with sp_ti_tp_td_heb_reg_18ans as (

    {{ rows_of_school_tests('heb', 'reg') }}

)

select * from sp_ti_tp_td_heb_reg_18ans
