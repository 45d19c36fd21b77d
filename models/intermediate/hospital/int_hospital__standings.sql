-- What was declared of each stay as the days went by: the state in which its last event by date leaves the patient,
-- among the events declared so far, from the day that this was declared until the day that something else was. A
-- removal ends it: from the day on which it is declared the stay stands nowhere.
with steps as (

    select * from {{ ref('int_hospital__steps') }}

),

last_steps as (

    select
        sign,
        stay_key,
        declared_on as from_on,
        max(max(step)) over (partition by sign, stay_key order by declared_on) as step
    from steps
    group by sign, stay_key, declared_on

),

standings as (

    select
        last_steps.sign,
        last_steps.stay_key,
        steps.state,
        last_steps.from_on,
        least(
            lead(last_steps.from_on) over (
                partition by last_steps.sign, last_steps.stay_key order by last_steps.from_on
            ),
            steps.removed_on
        ) as until_on
    from last_steps
    inner join steps using (sign, stay_key, step)

),

int_hospital__standings as (

    select * from standings
    where (until_on is null or until_on > from_on) and state <> 'transfer_out'

)

select * from int_hospital__standings
