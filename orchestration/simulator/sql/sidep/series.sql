-- A series is one place, age class and sex through time; a cell is one day of it. Both get a 64-bit key
-- from the seed, from which every record of the cell takes its own.
create or replace table keyed_cells as
with located as (
    select
        cells.*,
        hash(
            hash(
                getvariable('seed')::bigint, cells.geo_level || '|' || cells.geo_code, cells.age || '|' || cells.sex
            )
        ) as series,
        intervals.slot_from,
        intervals.slot_to,
        age_classes.age_from,
        age_classes.age_width
    from cells
    left join intervals on cells.geo_level = intervals.geo_level and cells.geo_code = intervals.geo_code
    left join
        (
            values ('09', 0, 10), ('19', 10, 10), ('29', 20, 10), ('39', 30, 10), ('49', 40, 10), ('59', 50, 10),
            ('69', 60, 10), ('79', 70, 10), ('89', 80, 10), ('90', 90, 12)
        ) as age_classes (age, age_from, age_width)
        on cells.age = age_classes.age
    where cells.t > 0
)

select
    *,
    hash(hash(series, day_number(day))) as cell,
    -- Ranks below which a record, once sent, keeps its result for ever.
    p as stable_p,
    t - p as stable_n
from located;
