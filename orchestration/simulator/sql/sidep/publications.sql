-- Several dated publications of the same counts (table `publications`: number, published_on and the columns of
-- `cells`). A cell is kept as two piles of records, its cases and its negatives: the last one in is the first
-- one out when a count goes down, so that the heights of the piles say which records stand.
create or replace table cells as
select
    day,
    geo_level,
    geo_code,
    age,
    sex,
    max(p) as p,
    max(p) + max(t - p) as t
from publications
group by all;

create or replace table heights as
with numbers as (
    select distinct
        number,
        published_on
    from publications
),

-- A cell that a publication leaves out is empty in it.
dense as (
    select
        numbers.number,
        numbers.published_on,
        cells.day,
        cells.geo_code,
        cells.age,
        cells.sex,
        coalesce(publications.p, 0) as p,
        coalesce(publications.t - publications.p, 0) as n
    from numbers
    cross join cells
    left join publications
        on
            numbers.number = publications.number
            and cells.day = publications.day
            and cells.geo_code = publications.geo_code
            and cells.age = publications.age
            and cells.sex = publications.sex
)

select
    *,
    lag(p, 1, 0) over cell as p_before,
    lag(n, 1, 0) over cell as n_before,
    max(p) over (cell rows between unbounded preceding and 1 preceding) as p_reached,
    max(n) over (cell rows between unbounded preceding and 1 preceding) as n_reached
from dense
window cell as (partition by day, geo_code, age, sex order by number);
