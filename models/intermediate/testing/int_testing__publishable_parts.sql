{{ config(materialized='table') }}

-- For every part of a département, in a métropole or in none, and week: whether the classes of its communes, of their
-- IRIS and of its EPCI may be published together. The counts of the part count as known: those of the département and
-- of the métropole are published. All ages are withheld together: what is shown of one would narrow what may be the
-- reason.
with epci as (

    select * from {{ ref('int_testing__epci_told') }}

),

terms as (

    select * from {{ ref('int_testing__terms_told') }}

),

pieces as (

    select
        part,
        epci,
        is_metropole,
        period_end,
        age_class,
        count(*) as terms,
        sum(cases) as cases,
        sum(cases_low) as cases_low,
        sum(cases_high) as cases_high,
        sum(sum(cases_low)) over of_epci - sum(cases_low) as cases_low_elsewhere,
        sum(sum(cases_high)) over of_epci - sum(cases_high) as cases_high_elsewhere,
        sum(tested) as tested,
        sum(tested_low) as tested_low,
        sum(tested_high) as tested_high,
        sum(sum(tested_low)) over of_epci - sum(tested_low) as tested_low_elsewhere,
        sum(sum(tested_high)) over of_epci - sum(tested_high) as tested_high_elsewhere
    from terms
    group by part, epci, is_metropole, period_end, age_class
    window of_epci as (partition by epci, period_end, age_class)

),

sums as (

    select
        pieces.part,
        pieces.period_end,
        pieces.age_class,
        sum(pieces.terms) >= {{ var('disclosure').sums.terms }}
        and {{ sum_leaves_enough(
            'pieces.%s',
            'greatest(pieces.%s_low, case when not pieces.is_metropole then epci.%s_low - pieces.%s_high_elsewhere end)',
            'least(pieces.%s_high, case when not pieces.is_metropole then epci.%s_high - pieces.%s_low_elsewhere end)',
            'pieces.age_class'
        ) }} as holds
    from pieces
    left join epci
        on
            pieces.epci = epci.geo_code
            and pieces.period_end = epci.period_end
            and pieces.age_class = epci.age_class
    group by pieces.part, pieces.period_end, pieces.age_class

),

int_testing__publishable_parts as (

    select
        part,
        period_end,
        bool_and(holds) as is_publishable
    from sums
    group by part, period_end

)

select * from int_testing__publishable_parts
