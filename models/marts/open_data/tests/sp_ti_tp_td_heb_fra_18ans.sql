{{ declare_dataset(school_tests('sp-ti-tp-td-heb-fra-18ans', 'heb', 'fra')) }}

with sp_ti_tp_td_heb_fra_18ans as (

    {{ rows_of_school_tests('heb', 'fra') }}

)

select * from sp_ti_tp_td_heb_fra_18ans
