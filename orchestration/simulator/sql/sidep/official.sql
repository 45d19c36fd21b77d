-- From the text of an official file (table `official_text`: row_no, geo, day, age, p, p_f, p_h, t, t_f, t_h,
-- all text) to typed rows. Counts may be printed 901, 901.00 or 901,00.
create or replace macro as_count(printed) as
    case
        when try_cast(replace(printed, ',', '.') as double) = floor(try_cast(replace(printed, ',', '.') as double))
            and try_cast(replace(printed, ',', '.') as double) >= 0
            then try_cast(replace(printed, ',', '.') as double)::bigint
    end;

-- Leading zeros come and go in the official files.
create or replace macro as_code(printed) as lpad(trim(printed), greatest(2, len(trim(printed)))::integer, '0');

create or replace table official as
select
    row_no,
    case
        when getvariable('geo_level') = 'FRA' then 'FR'
        when getvariable('geo_level') = 'REG'
            -- Region codes of the official files for Saint-Pierre-et-Miquelon, Saint-Barthélemy, Saint-Martin.
            then coalesce(map {'05': '975', '07': '977', '08': '978'}[as_code(geo)], as_code(geo))
        else as_code(geo)
    end as geo_code,
    coalesce(try_cast(day as date), try_strptime(day, '%d/%m/%Y')::date) as day,
    case when trim(age) in ('0', '00') then 'all' else as_code(age) end as age,
    as_count(p) as p,
    as_count(t) as t,
    as_count(p_f) as p_f,
    as_count(p_h) as p_h,
    as_count(t_f) as t_f,
    as_count(t_h) as t_h,
    replace(pop, ',', '.') as pop,
    day as day_text
from official_text;
