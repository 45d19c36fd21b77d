-- What each hospital declared in each week that is over. A view: for recipients who may have the numbers of their own
-- hospitals, and nothing that is published.
with declared as (

    select * from {{ ref('int_hospital__cells') }}
    where cell_level = 'hospital'

),

days as (

    select max(last_day) as last_day from {{ ref('int_hospital__calendar') }}

),

int_hospital__weeks_of_hospitals as (

    select
        hospital as finess,
        place as dep,
        (date_trunc('week', day) + interval 6 day)::date as period_end,
        sum(stays_declared)::integer as stays_declared
    from declared
    where (date_trunc('week', day) + interval 6 day)::date <= (select last_day from days)
    group by all

)

select * from int_hospital__weeks_of_hospitals
