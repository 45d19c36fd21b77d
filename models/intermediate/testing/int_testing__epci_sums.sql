{{ config(materialized='table') }}

-- The sums of EPCI that are published, and of each EPCI and week whether those alone leave it enough. The cases of a
-- métropole are published, its people tested are not. An EPCI over several départements is a term of neither sum.
with epci as (

    select * from {{ ref('int_testing__epci_told') }}

),

sums_of_epci as (

    select
        *,
        count(*) over (partition by epci, measure) = 1 as is_whole
    from (
        select distinct
            nesting.epci,
            nesting.part,
            nesting.is_alone,
            measures.measure,
            case measures.measure when 'cases' then nesting.part else nesting.dep end as whole
        from {{ ref('int_referential__nesting') }} as nesting
        cross join (values ('cases'), ('tested')) as measures (measure)
        where nesting.epci is not null and not (nesting.is_metropole and measures.measure = 'cases')
    ) as sums

),

sums as (

    select
        sums_of_epci.whole,
        sums_of_epci.measure,
        epci.period_end,
        epci.age_class,
        count(*) >= {{ var('disclosure').sums.terms }}
        and case sums_of_epci.measure
            when 'cases'
                then {{ sum_leaves_enough('epci.%s', 'epci.%s_low', 'epci.%s_high', 'epci.age_class', ['cases']) }}
            when 'tested'
                then {{ sum_leaves_enough('epci.%s', 'epci.%s_low', 'epci.%s_high', 'epci.age_class', ['tested']) }}
        end as holds
    from epci
    inner join sums_of_epci on epci.geo_code = sums_of_epci.epci
    where sums_of_epci.is_whole
    group by sums_of_epci.whole, sums_of_epci.measure, epci.period_end, epci.age_class

),

int_testing__epci_sums as (

    select
        epci.geo_code as epci,
        epci.period_end,
        epci.age_class,
        epci.with_older,
        sums_of_epci.part,
        sums_of_epci.is_alone,
        sums.holds
    from epci
    left join sums_of_epci on epci.geo_code = sums_of_epci.epci
    left join sums
        on
            sums_of_epci.whole = sums.whole
            and sums_of_epci.measure = sums.measure
            and epci.period_end = sums.period_end
            and epci.age_class = sums.age_class

)

select * from int_testing__epci_sums
