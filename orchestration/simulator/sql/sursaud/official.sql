-- The rows of the published tables that are of the asked days, as counts; an empty field is a zero. Two islands stand in
-- them as regions only: their rows are taken for those of a département, and no other region is read.
create or replace macro count_of(printed) as try_cast(coalesce(printed, '0') as bigint);

create or replace table official_rows as
with located as (
    select
        official_text.* exclude (level, place, day),
        case official_text.level when 'dep' then place_code(official_text.place) else islands.dep end as dep,
        try_cast(official_text.day as date) as day
    from official_text
    left join (values ('07', '977'), ('08', '978')) as islands (reg, dep)
        on official_text.level = 'reg' and place_code(official_text.place) = islands.reg
    where official_text.level = 'dep' or islands.dep is not null
)

select
    row_no,
    source,
    dep,
    day,
    age,
    count_of(tot) as tot,
    count_of(tot_h) as tot_h,
    count_of(tot_f) as tot_f,
    count_of(corona) as corona,
    count_of(corona_h) as corona_h,
    count_of(corona_f) as corona_f,
    count_of(hospit) as hospit,
    count_of(hospit_h) as hospit_h,
    count_of(hospit_f) as hospit_f
from located
where day is null or day between getvariable('first_day') and getvariable('last_day');
