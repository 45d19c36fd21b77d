-- From the text of an official file of stocks (table `stock_text`) to typed rows, and to cells by sex.
create or replace table stocks as
select
    row_no,
    departement_code(dep) as dep,
    case trim(sexe) when '0' then 'all' when '1' then 'M' when '2' then 'F' end as sex,
    try_cast(jour as date) as day,
    try_cast(hosp as bigint) as hosp,
    try_cast(rea as bigint) as rea,
    try_cast(rad as bigint) as rad,
    try_cast(dc as bigint) as dc
from stock_text;

-- The unknown sex is what the total has above the two known ones.
create or replace table stock_cells as
with asked as (
    select * from stocks
    where day between getvariable('first_day') - 1 and getvariable('last_day')
),

by_sex as (
    select
        dep,
        day,
        sex,
        hosp,
        rea,
        rad,
        dc
    from asked
    where sex <> 'all'
    union all
    select
        dep,
        day,
        'unknown',
        sum(case when sex = 'all' then hosp else -hosp end)::bigint,
        sum(case when sex = 'all' then rea else -rea end)::bigint,
        sum(case when sex = 'all' then rad else -rad end)::bigint,
        sum(case when sex = 'all' then dc else -dc end)::bigint
    from asked
    group by dep, day
)

select * from by_sex;
