-- The latest figures are the sum of all that was ever changed: days for which the national cube of hospital stays says
-- otherwise. A stock is the sum of all entries minus exits up to the day.
with history as (

    select
        day,
        sum(admissions_declared) as admissions_declared,
        sum(sum(net_hospitalised)) over (order by day) as hospitalised,
        sum(sum(net_present)) over (order by day) as present
    from {{ ref('int_hospital__cells') }}
    where cell_level = 'dep'
    group by day

),

latest as (

    select
        period_end as day,
        admissions_declared,
        hospitalised,
        present
    from {{ ref('int_hospital__cube_days') }}
    where geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'

)

select
    day,
    latest.hospitalised,
    history.hospitalised as hospitalised_in_history,
    latest.present,
    history.present as present_in_history
from latest
inner join history using (day)
where
    latest.admissions_declared <> history.admissions_declared
    or latest.hospitalised <> history.hospitalised
    or latest.present <> history.present
