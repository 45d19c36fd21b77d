-- Days from onset of symptoms to sampling, among symptomatic cases: median and number of people, by ten-year age.
with int_testing__onset_delays as (

    select * exclude (people_under_24)
    from ({{ delays_of(testing(), 'onset_delay', 'delay', 'cases', 'age10') }}) as delays

)

select * from int_testing__onset_delays
