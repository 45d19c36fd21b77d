-- What each batch of deliveries changed in the figures of `counted_cells`, and why.
with changes as (

    {{ counted('sidep', ref('int_testing__changes'), 'sampled_on', ['cases', 'tested'], more=['batch', 'reason']) }}
    union all
    {{ counted(
        'sivic', ref('int_hospital__changes'), 'day', ['admissions', 'critical_admissions', 'discharges', 'deaths'],
        more=['batch', 'reason']
    ) }}

),

counted_changes as (

    select
        feed,
        batch,
        reason,
        measure,
        day,
        place,
        age_class,
        figure as difference
    from changes

)

select * from counted_changes
