-- Days from the first symptoms to the test, among index cases who were known as contacts: median and number.
with int_contact_tracing__onset_delays as (

    select * exclude (people_under_24)
    from ({{ delays_of(contact_tracing(), 'onset_delay', 'delay', 'index_cases_known') }}) as delays

)

select * from int_contact_tracing__onset_delays
