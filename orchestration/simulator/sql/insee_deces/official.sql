-- Rows that no deaths can give: of an unknown day or place, or, of the days asked, without a count.
create or replace view unsound_rows as
select
    printed,
    zone
from official_rows
where
    day is null
    or replace(zone, 'Dept_', '') not in (select geo_code from intervals where geo_level = 'DEP')
    or (day between getvariable('first_day') and getvariable('last_day') and total + electronic is null);

-- Every day asked, and all days since 1 March before it, has a row for each place of the file.
create or replace view missing_rows as
select
    days.day,
    places.zone
from (
    select unnest(range(make_date(year(getvariable('first_day')), 3, 1)::timestamp,
        getvariable('last_day') + interval 1 day, interval 1 day))::date as day
) as days
cross join (
    select distinct zone from official_rows
    union all
    select '(none)'
    where not exists (from official_rows)
) as places
anti join official_rows as told on days.day = told.day and places.zone = told.zone;

-- The deaths of each day: what there was since 1 March, less what there was on the day before.
create or replace table cells as
with each_day as (
    select
        zone,
        replace(zone, 'Dept_', '') as dep,
        day,
        total - coalesce(lag(total) over days, 0) as total,
        electronic - coalesce(lag(electronic) over days, 0) as electronic
    from official_rows
    window days as (partition by zone order by day)
)

select * from each_day
where day between getvariable('first_day') and getvariable('last_day');

create or replace view unsound_days as
select
    day,
    zone
from cells
where electronic < 0 or electronic > total;
