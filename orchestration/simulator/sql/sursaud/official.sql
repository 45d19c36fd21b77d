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

-- Those that no records can give: without place, day or count, of a class that is not one of their day, or with a part
-- that is more than the whole.
create or replace view unsound_rows as
select
    row_no,
    source
from official_rows
where
    day is null
    or dep is null
    or dep not in (select geo_code from intervals where geo_level = 'DEP')
    or age is null
    or not list_contains(
        case
            when day < getvariable('new_codes') then ['0', 'A', 'B', 'C', 'D', 'E']
            else ['0', '1', '2', '3', '4', '5', '6']
        end,
        age
    )
    or tot + tot_h + tot_f + corona + corona_h + corona_f + hospit + hospit_h + hospit_f is null
    or least(hospit, hospit_h, hospit_f) < 0
    or least(corona - hospit, corona_h - hospit_h, corona_f - hospit_f) < 0
    or least(tot - corona, tot_h - corona_h, tot_f - corona_f) < 0
    or hospit_h + hospit_f > hospit
    or corona_h + corona_f - hospit_h - hospit_f > corona - hospit
    or tot_h + tot_f - corona_h - corona_f > tot - corona;
