-- Where flows alone are given, stocks that go with them: nobody is transferred but for the shares of the sexes.
create or replace table stock_cells as
with asked as (
    select
        dep,
        day,
        incid_hosp,
        incid_rad,
        incid_dc
    from flows
    where day between getvariable('first_day') and getvariable('last_day')
    union all
    select distinct
        dep,
        getvariable('first_day') - 1,
        0,
        0,
        0
    from flows
),

by_sex as (
    select
        dep,
        day,
        sexes.sex,
        apportioned(incid_hosp, sexes.weight, sexes.upto, 100) as entries,
        apportioned(incid_rad, sexes.weight, sexes.upto, 100) as home,
        apportioned(incid_dc, sexes.weight, sexes.upto, 100) as death
    from asked
    cross join (values ('F', 46, 46), ('M', 54, 100)) as sexes (sex, weight, upto)
),

cumulated as (
    select
        dep,
        day,
        sex,
        (sum(entries - home - death) over upto)::bigint as more,
        (sum(home) over upto)::bigint as rad,
        (sum(death) over upto)::bigint as dc
    from by_sex
    window upto as (partition by dep, sex order by day)
),

filled as (
    select
        * exclude (more),
        more + greatest(20, 20 - min(more) over (partition by dep, sex)) as hosp
    from cumulated
)

select
    *,
    floor(0.12 * hosp)::bigint as rea
from filled;
