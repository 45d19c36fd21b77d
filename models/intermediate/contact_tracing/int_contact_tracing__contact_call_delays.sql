-- Hours from the naming of a contact to the first call, among contacts who were called: median and number.
with int_contact_tracing__contact_call_delays as (

    select * exclude (people_under_24)
    from ({{ delays_of(contact_tracing(), 'contact_call_delay', 'delay', 'contacts') }}) as delays

)

select * from int_contact_tracing__contact_call_delays
