-- Hours from sampling to result, among people tested: median, number of people, and how many waited less than 24 hours.
with int_testing__result_delays as (

    {{ delays_of(testing(), 'result_delay', 'delay', 'tested') }}

)

select * from int_testing__result_delays
