{{ config(materialized='table') }}

-- For every EPCI and week, whether its classes may be published: where those of its communes are, in a week without
-- those alone, beside the published counts of its département. Where its part of a département is withheld, so is the
-- EPCI: its classes would narrow what its communes may have been withheld for.
with sums as (

    select * from {{ ref('int_testing__epci_sums') }}

),

int_testing__publishable_epci as (

    select
        sums.epci,
        sums.period_end,
        bool_and(coalesce(parts.is_publishable or sums.is_alone, sums.holds, true)) as is_publishable,
        bool_and(sums.with_older) as is_publishable_older
    from sums
    left join {{ ref('int_testing__publishable_parts') }} as parts using (part, period_end)
    group by sums.epci, sums.period_end

)

select * from int_testing__publishable_epci
