-- Days from the test of a case to the first call, among index cases who were called: median and number.
with int_contact_tracing__case_call_delays as (

    select * exclude (people_under_24)
    from ({{ delays_of(contact_tracing(), 'case_call_delay', 'delay', 'index_cases') }}) as delays

)

select * from int_contact_tracing__case_call_delays
