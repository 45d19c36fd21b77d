-- Positives, tested people and rates as SI-DEP's files print them: two decimals, both sexes, ten-year age classes named
-- by their upper bound, 0 for all ages.
with cube as (

    select * from {{ ref('int_testing__cube') }}
    where sex = 'all' and age_scheme in ('all', 'age10') and age_class <> 'unknown' and geo_code <> 'unknown'

),

int_testing__official_rates as (

    select
        geo_level,
        geo_code,
        period,
        period_end,
        population as pop,
        cases as "P",
        tested as "T",
        {{ official_rounding(rate_per_100k('cases', 'population')) }} as "Ti",
        {{ official_rounding(percentage('cases', 'tested')) }} as "Tp",
        {{ official_rounding(rate_per_100k('tested', 'population')) }} as "Td",
        case age_class when 'all' then '0' else age_class end as cl_age90
    from cube

)

select * from int_testing__official_rates
