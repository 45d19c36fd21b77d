-- The days that reports are of, and the Sundays that end their weeks.
create or replace view days as
select
    unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
        as day;

create or replace view weeks as
select day from days
where isodow(day) = 7;
