-- The classes of a rate by the size of the place: the official breaks, without those that would leave a class fewer
-- possible counts than the disclosure policy asks for. A break stays from the size on at which the classes on its two
-- sides hold enough, so that each ladder is part of the next finer one. Below the first size there is no class.
with breaks as (

    select
        rate,
        lower as bound,
        least(
            lower,
            coalesce(lead(lower) over (partition by rate order by lower) - lower, 'infinity'::double)
        ) as width,
        case when rate = 'tp' then 100.0 else 1e5 end as per
    from {{ ref('class_breaks') }}
    qualify lower > 0

),

kept as (

    select
        rate,
        bound,
        {{ var('disclosure').counts }} * per / width as size_from
    from breaks

),

ladders as (

    select
        rate,
        size_from,
        lead(size_from, 1, 'infinity'::double) over (partition by rate order by size_from) as size_to
    from (select distinct kept.rate, kept.size_from from kept) as sizes

),

bounds as (

    select ladders.*, kept.bound as lower
    from ladders
    inner join kept on ladders.rate = kept.rate and ladders.size_from >= kept.size_from
    union all
    select ladders.*, 0 as lower
    from ladders

),

classes as (

    select
        *,
        lead(lower) over (partition by rate, size_from order by lower) as upper
    from bounds

),

int_referential__class_ladders as (

    select
        *,
        -- As the seed of the official classes calls it.
        {{ class_label('lower', 'upper') }} as label  -- noqa: RF04
    from classes

)

select * from int_referential__class_ladders
