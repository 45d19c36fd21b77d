-- The files of a batch: for each day of receipt one at least, more at random or by size. The first one is text
-- (unless all are Parquet), so that what only text can carry has its place.
create or replace table files as
with per_day as (
    select
        received_on,
        hash(hash(getvariable('seed')::bigint, received_on, getvariable('batch')::bigint)) as h,
        count(*) as lines
    from lines
    group by received_on
),

numbered as (
    select
        *,
        greatest(
            ceil(lines / getvariable('rows_per_file')),
            case when lines > 500 then 1 + pick(h, 'files of the day', 3) else 1 end
        )::ubigint as files_of_day
    from per_day
),

listed as (
    select
        received_on,
        files_of_day,
        unnest(range(files_of_day::bigint))::ubigint as slot,
        h
    from numbered
)

select
    row_number() over (order by received_on, slot) as file,
    received_on,
    files_of_day,
    slot,
    case getvariable('form')
        when 'mixed' then slot > 0 and occurs(hash(hash(h, slot)), 'parquet', getvariable('parquet'))
        else getvariable('form') = 'parquet'
    end as is_parquet,
    occurs(hash(hash(h, slot)), 'file_twice', getvariable('file_twice')) as is_sent_twice
from listed;
