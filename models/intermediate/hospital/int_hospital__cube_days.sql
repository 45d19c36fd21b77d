-- The cube of hospital stays by day: France, régions and départements of the hospital × sex × ten-year age, every
-- cell present, zero included: flows of the day, and levels at its end. What it held plus what the later batches
-- changed; a new day begins with the levels of the last one.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']
) }}

with counted as (

    select
        geo_level,
        geo_code,
        period_end,
        sex,
        age_scheme,
        age_class,
        {{ list_measures(hospital_cube_measures(), 'totals') }},
        batch
    from {{ ref('int_hospital__cube_totals') }} as totals

),

last_day as (

    {{ held_on_last_day('counted') }}

),

new_days as (

    -- A new day before the last one held (an event older than all others) begins with nothing.
    select
        empty_cells.*,
        {{ no_measures(hospital_flows()) }},
        {{ carried_levels(hospital_stocks(), 'last_day') }},
        0 as batch
    from {{ ref('int_hospital__empty_cells') }} as empty_cells
    left join last_day
        on
            empty_cells.geo_level = last_day.geo_level
            and empty_cells.geo_code = last_day.geo_code
            and empty_cells.sex = last_day.sex
            and empty_cells.age_class = last_day.age_class
            and empty_cells.age_scheme = last_day.age_scheme
            and empty_cells.period_end > last_day.period_end
    where {{ not_yet_in_this('empty_cells.period_end', 'period_end') }}

),

changes as (

    select
        geo_level,
        geo_code,
        period_end,
        sex,
        age_scheme,
        age_class,
        {{ sum_measures(hospital_cube_measures()) }},
        max(batch) as batch
    from (
        select * from counted
        union all
        select * from new_days
    ) as both_sides
    group by geo_level, geo_code, period_end, sex, age_scheme, age_class

),

held as (

    {{ held(['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']) }}

),

int_hospital__cube_days as (

    select
        changes.geo_level,
        changes.geo_code,
        changes.period_end,
        changes.sex,
        changes.age_scheme,
        changes.age_class,
        {{ held_plus_changes(hospital_cube_measures()) }},
        greatest(changes.batch, coalesce(held.batch, 0)) as batch
    from changes
    left join held using (geo_level, geo_code, period_end, sex, age_scheme, age_class)

)

select * from int_hospital__cube_days
