-- One row per stay and state of knowledge: where, who, why, from when to when. Where events differ, the hospital, age
-- and sex are those first known and the cause is the one last declared, so that the whole stay counts in one cell.
with steps as (

    select * from {{ ref('int_hospital__steps') }}

),

int_hospital__stays as (

    select
        sign,
        stay_key,
        any_value(reason) as reason,
        arg_min(dep, step) as dep,
        arg_min(finess, step) as finess,
        coalesce(arg_min(sex, step) filter (sex <> 'unknown'), 'unknown') as sex,
        coalesce(arg_min(age, step) filter (age >= 0), -1) as age,
        coalesce(arg_max(cause, (declared_at, step)) filter (cause <> 'unknown'), 'unknown') as cause,
        min(occurred_on) as entered_on,
        min(occurred_on) filter (is_first_exit) as left_on,
        coalesce(any_value(event) filter (is_first_exit), 'none') as left_by,
        any_value(removed_on) as removed_on
    from steps
    group by sign, stay_key

)

select * from int_hospital__stays
