-- What each batch of deliveries changed in the figures of `counted_cells`, and why.
with changes as (

    select * from {{ ref('int_testing__changes') }}
    where cell_level = 'dep'

),

differences as (

    unpivot (
        select
            batch,
            reason,
            sampled_on as day,
            place,
            age_band as age_class,
            sum(cases)::double as cases,
            sum(tested)::double as tested
        from changes
        group by batch, reason, sampled_on, place, age_band
    )
    on cases, tested
    into name measure value difference

),

counted_changes as (

    select
        'sidep' as feed,
        batch,
        reason,
        measure,
        day,
        place,
        age_class,
        difference
    from differences
    where difference <> 0

)

select * from counted_changes
