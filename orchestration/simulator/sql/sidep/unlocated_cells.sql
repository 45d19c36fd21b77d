-- Tests without a known place, on top of a truth by département or region: they belong to none of its rows.
insert into cells
select
    day,
    geo_level,
    'unknown' as geo_code,
    age,
    sex,
    floor(sum(p) * getvariable('unknown_place') + 0.5)::bigint as p,
    greatest(
        floor(sum(t) * getvariable('unknown_place') + 0.5), floor(sum(p) * getvariable('unknown_place') + 0.5)
    )::bigint as t
from cells
group by all;
