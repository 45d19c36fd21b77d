-- A made-up epidemic: cases on the days of the span, more and more of them, and those whom they name as contacts on the
-- day or the two days after.
create or replace table drawn_cases as
select
    h,
    getvariable('first_day')
        + floor((getvariable('last_day') - getvariable('first_day') + 1) * power(uniform(h, 'day'), 0.8))::integer as day,
    case
        when occurs(h, 'no_contact', getvariable('no_contact')) then 0
        else 1 + floor(9 * power(uniform(h, 'contacts'), 3))::integer
    end as contacts
from (
    select hash(hash(getvariable('seed')::bigint, 'contact_covid', number)) as h
    from (select unnest(range(getvariable('cases')::bigint)) as number)
);

create or replace table drawn as
with numbered as (
    select
        h as case_h,
        day as case_day,
        unnest(range(contacts)) as number
    from drawn_cases
)

select
    'CAS' as objet,
    h,
    h as case_h,
    day,
    day_number(day) * 1440 as minute
from drawn_cases
union all
select
    'CONTACT' as objet,
    hash(hash(case_h, number)) as h,
    case_h,
    case_day + pick(hash(hash(case_h, number)), 'named', 3) as day,
    (day_number(case_day) + pick(hash(hash(case_h, number)), 'named', 3)) * 1440 + 480
        + pick(hash(hash(case_h, number)), 'minute', 720) as minute
from numbered
where case_day + pick(hash(hash(case_h, number)), 'named', 3) <= getvariable('last_day');
