-- Rows that no injections can give: of an unknown place or class, or without a count.
create or replace view unsound_rows as
select
    day,
    geo_code,
    code
from official_rows
where
    day is null
    or dose1 + complete is null
    or least(dose1, complete, booster1, booster2, booster3, bivalent) < 0
    or (
        geo_level = 'DEP' and geo_code not in (select dep from departements)
        or geo_level = 'REG' and region_code(geo_code) not in (select reg from departements)
    )
    or code is null
    or (
        divided_by = 'clage_vacsi' and code <> '0' and code not in (select vacsi_classes.code from vacsi_classes)
        or divided_by = 'sexe' and code not in ('0', '1', '2')
        or divided_by = 'vaccin' and try_cast(code as integer) not between 0 and 12
    );

-- Every day has the total of every place of the file.
create or replace view missing_rows as
select
    days.day,
    places.geo_code,
    '0' as code
from (
    select unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
        as day
) as days
cross join (select distinct geo_code from official_rows union select '(none)' where not exists (from official_rows)) as places
anti join official_rows as told on days.day = told.day and places.geo_code = told.geo_code and told.code = '0';

-- The classes one by one, and what they leave of the total.
create or replace table cells as
with signed as (
    select
        day,
        geo_level,
        geo_code,
        divided_by,
        case when code = '0' then case divided_by when '' then 'any' else 'unknown' end else code end as class,
        1 as sign,
        dose1,
        dose2,
        dose3,
        dose4,
        complete,
        coalesce(booster1, 0) as booster1,
        coalesce(booster2, 0) as booster2,
        coalesce(bivalent, 0) as bivalent,
        coalesce(booster3, 0) as booster3
    from official_rows
    union all
    select
        day,
        geo_level,
        geo_code,
        divided_by,
        'unknown' as class,
        -1 as sign,
        dose1,
        dose2,
        dose3,
        dose4,
        complete,
        coalesce(booster1, 0) as booster1,
        coalesce(booster2, 0) as booster2,
        coalesce(bivalent, 0) as bivalent,
        coalesce(booster3, 0) as booster3
    from official_rows
    where code <> '0'
)

select
    day,
    geo_level,
    case geo_level when 'REG' then region_code(geo_code) else geo_code end as geo_code,
    divided_by as kind,
    class,
    sum(sign * dose1)::bigint as dose1,
    sum(sign * dose2)::bigint as dose2,
    sum(sign * dose3)::bigint as dose3,
    sum(sign * dose4)::bigint as dose4,
    sum(sign * complete)::bigint as complete,
    sum(sign * booster1)::bigint as booster1,
    sum(sign * booster2)::bigint as booster2,
    sum(sign * bivalent)::bigint as bivalent,
    sum(sign * booster3)::bigint as booster3
from signed
group by day, geo_level, geo_code, divided_by, class;

-- Cells that no injections give: classes that are more than the total, bivalent boosters before there were any, boosters
-- with a bivalent product that are not bivalent ones, or the other way round.
create or replace view unsound_cells as
select
    day,
    geo_code,
    class as kind
from cells
where
    least(dose1, coalesce(dose2, 0), coalesce(dose3, 0), coalesce(dose4, 0), complete, booster1, booster2, bivalent, booster3) < 0
    or bivalent > 0 and day < date '2022-09-01'
    or kind = 'vaccin' and case
        when class in ('8', '9', '12') then bivalent < booster1 + booster2 + booster3
        else bivalent > 0
    end;
