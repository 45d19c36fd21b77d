-- Cells day × place × age class × sex, the unknown ones by subtraction: the total less its classes is the
-- unknown age, all sexes less the two known is the unknown sex.
create or replace table cells as
with in_window as (
    select * from official
    where day between getvariable('first_day') and getvariable('last_day')
),

by_sex as (
    select
        geo_code,
        day,
        age,
        unnest(
            case
                when getvariable('has_sex')
                    then [
                        {'sex': 'F', 'p': p_f, 't': t_f},
                        {'sex': 'M', 'p': p_h, 't': t_h},
                        {'sex': 'unknown', 'p': p - p_f - p_h, 't': t - t_f - t_h}
                    ]
                else [{'sex': 'any', 'p': p, 't': t}]
            end,
            recursive := true
        )
    from in_window
),

shape as (
    select
        geo_code,
        day,
        bool_or(age = 'all') as has_total,
        bool_or(age <> 'all') as has_classes
    from in_window
    group by geo_code, day
),

classes as (
    select
        geo_code,
        day,
        age,
        sex,
        p,
        t
    from by_sex
    where age <> 'all'
),

unknown_age as (
    select
        by_sex.geo_code,
        by_sex.day,
        -- Without any class the file leaves the age free: it is drawn.
        case when shape.has_classes then 'unknown' else 'any' end as age,
        by_sex.sex,
        sum(case when by_sex.age = 'all' then by_sex.p else -by_sex.p end)::bigint as p,
        sum(case when by_sex.age = 'all' then by_sex.t else -by_sex.t end)::bigint as t
    from by_sex
    inner join shape on by_sex.geo_code = shape.geo_code and by_sex.day = shape.day
    where shape.has_total
    group by all
)

select
    day,
    getvariable('geo_level') as geo_level,
    geo_code,
    age,
    sex,
    p,
    t
from classes
union all
select
    day,
    getvariable('geo_level'),
    geo_code,
    age,
    sex,
    p,
    t
from unknown_age;
