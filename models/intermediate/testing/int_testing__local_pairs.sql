-- The classes of a place and week that stand side by side, of all ages and of 65 and over, and between what counts each
-- leaves its cases and its people tested. Classes of 65 and over stand where none of those possible beside the class of
-- all ages would be too near to it.
with positivity as (

    select * from {{ ref('int_testing__local_positivity') }}

),

possible as (

    select
        older.geo_level,
        older.geo_code,
        older.period_end,
        {{ first_count('classes.lower', 'older.population') }} as low,
        case classes.rate when 'ti' then everybody.cases_high when 'td' then everybody.tested_high end as high
    from positivity as older
    inner join positivity as everybody using (geo_level, geo_code, period_end)
    inner join {{ ref('int_referential__class_ladders') }} as classes
        on older.population >= classes.size_from and older.population < classes.size_to
    where older.age_class = '65' and older.is_classed and everybody.age_class = 'all'

),

too_near as (

    select distinct
        geo_level,
        geo_code,
        period_end,
        true as is_too_near
    from possible
    where low <= high and not {{ enough_counts('low', 'high') }}

),

int_testing__local_pairs as (

    select
        everybody.geo_level,
        everybody.geo_code,
        everybody.period_end,
        older.is_classed and too_near.is_too_near is null as with_older,
        everybody.cases,
        everybody.cases_low,
        everybody.cases_high,
        older.cases as older_cases,
        case when with_older then older.cases_low else 0 end as older_cases_low,
        least(case when with_older then older.cases_high end, everybody.cases_high) as older_cases_high,
        everybody.tested,
        everybody.tested_low,
        everybody.tested_high,
        older.tested as older_tested,
        case when with_older then older.tested_low else 0 end as older_tested_low,
        least(case when with_older then older.tested_high end, everybody.tested_high) as older_tested_high
    from positivity as everybody
    inner join positivity as older using (geo_level, geo_code, period_end)
    left join too_near using (geo_level, geo_code, period_end)
    where everybody.age_class = 'all' and older.age_class = '65'

)

select * from int_testing__local_pairs
