-- Nights from entry to return home or death, among the stays that ended so in the period: median and number of stays,
-- by ten-year age. A transfer out ends no illness, so it ends no stay here.
with int_hospital__stay_lengths as (

    select
        * exclude (people_under_24, median_delay),
        median_delay as median_nights
    from ({{ delays_of(hospital(), 'stay_length', 'nights', 'discharges + deaths', 'age10') }}) as delays

)

select * from int_hospital__stay_lengths
