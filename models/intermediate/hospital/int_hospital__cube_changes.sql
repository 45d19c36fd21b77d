-- What the batches that the cube has not taken in change in it, by département, sex and ten-year age: the flows of a
-- day, and the levels of that day and of all later ones until the next change undoes it. A stay of three months ago
-- declared late changes the days of that stay and no other.
with bands as (

    select distinct age_band, age10 from {{ ref('age_years') }}

),

changed as (

    select
        changes.day,
        changes.place,
        changes.sex,
        coalesce(bands.age10, 'unknown') as age10,
        {{ sum_measures(hospital_measures()) }},
        max(changes.batch) as batch
    from {{ ref('int_hospital__changes') }} as changes
    left join bands on changes.age_band = bands.age_band
    where changes.cell_level = 'dep' and changes.batch > {{ applied_batch('int_hospital__cube_days') }}
    group by changes.day, changes.place, changes.sex, bands.age10

),

levels as (

    select
        day as from_day,
        coalesce(
            lead(day) over days_in_order - 1,
            (select max(day) from {{ ref('int_hospital__changes') }} where cell_level = 'dep')
        ) as until_day,
        place,
        sex,
        age10,
        {{ running_levels(hospital_stocks(), 'days_in_order') }},
        batch
    from changed
    window days_in_order as (partition by place, sex, age10 order by day)

),

int_hospital__cube_changes as (

    select
        day as period_end,
        place,
        sex,
        age10,
        {{ list_measures(hospital_flows(), 'changed') }},
        {{ no_measures(hospital_stocks()) }},
        batch
    from changed
    union all
    select
        unnest(generate_series(from_day, until_day, interval 1 day))::date as period_end,
        place,
        sex,
        age10,
        {{ no_measures(hospital_flows()) }},
        {{ list_measures(hospital_stocks(), 'levels') }},
        batch
    from levels
    where {{ any_measure(hospital_stocks()) }}

)

select * from int_hospital__cube_changes
