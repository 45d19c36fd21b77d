-- The counts that the right pipeline finds: what the reports of the core add to their episode, or take back.
create or replace table truth_counts as
with by_then as (
    select
        * replace (
            last_value(staff_confirmed ignore nulls) over in_order as staff_confirmed,
            last_value(staff_possible ignore nulls) over in_order as staff_possible
        )
    from core
    window in_order as (partition by episode order by day)
)

select
    day,
    dep,
    establishment_kind,
    sum(is_first::integer)::integer as episodes,
    sum(residents_confirmed)::integer as residents_confirmed,
    sum(residents_possible)::integer as residents_possible,
    sum(staff_confirmed)::integer as staff_confirmed,
    sum(staff_possible)::integer as staff_possible,
    sum(deaths_home)::integer as deaths_home,
    sum(deaths_hospital)::integer as deaths_hospital
from (
    select
        day,
        dep,
        establishment_kind,
        row_number() over in_order = 1 as is_first,
        residents_confirmed - lag(residents_confirmed, 1, 0) over in_order as residents_confirmed,
        residents_possible - lag(residents_possible, 1, 0) over in_order as residents_possible,
        coalesce(staff_confirmed, 0) - coalesce(lag(staff_confirmed) over in_order, 0) as staff_confirmed,
        coalesce(staff_possible, 0) - coalesce(lag(staff_possible) over in_order, 0) as staff_possible,
        deaths_home - lag(deaths_home, 1, 0) over in_order as deaths_home,
        deaths_hospital - lag(deaths_hospital, 1, 0) over in_order as deaths_hospital
    from by_then
    window in_order as (partition by episode order by day)
) as added
group by day, dep, establishment_kind;
