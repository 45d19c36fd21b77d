{{ config(materialized='table') }}

-- For every EPCI and week, whether its classes may be published: with those of its communes, in a week without those
-- alone, beside the published counts of its département. Where its part of a département is withheld, so is the EPCI:
-- its classes would narrow what its communes may have been withheld for.
with sums as (

    select * from {{ ref('int_testing__epci_sums') }}

),

beside_communes as (

    select
        epci,
        period_end,
        bool_and(is_beside_epci) as is_publishable,
        bool_and(is_beside_epci_older) as is_publishable_older
    from {{ ref('int_testing__publishable_communes') }}
    group by epci, period_end

),

int_testing__publishable_epci as (

    select
        sums.epci,
        sums.period_end,
        bool_and(
            beside_communes.is_publishable is not false
            and coalesce(parts.is_publishable or sums.is_alone, sums.holds, true)
        ) as is_publishable,
        bool_and(sums.with_older and beside_communes.is_publishable_older is not false) as is_publishable_older
    from sums
    left join beside_communes using (epci, period_end)
    left join {{ ref('int_testing__publishable_parts') }} as parts using (part, period_end)
    group by sums.epci, sums.period_end

)

select * from int_testing__publishable_epci
