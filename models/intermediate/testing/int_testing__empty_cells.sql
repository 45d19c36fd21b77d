-- Every finest cell of the days between those on which somebody was tested, in France, with nothing in it: a zero is
-- published as a zero. A day of which every test was withdrawn keeps its cells.
with calendar as (

    select unnest(generate_series(min(sampled_on), max(sampled_on), interval 1 day))::date as sampled_on
    from {{ ref('int_testing__cells') }}
    where cell_level = 'dep'

),

departements as (

    select dep as place from {{ ref('departements') }}
    union all
    select 'unknown' as place

),

bands as (

    select distinct age_band from {{ ref('age_years') }}
    union all
    select 'unknown' as age_band

),

int_testing__empty_cells as (

    select
        calendar.sampled_on,
        departements.place,
        sexes.sex,
        bands.age_band
    from calendar
    cross join departements
    cross join bands
    cross join (values ('F'), ('M'), ('unknown')) as sexes (sex)

)

select * from int_testing__empty_cells
