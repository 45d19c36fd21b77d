-- Cells that differ between the release before ({before}) and the warehouse, with the parts of the difference.
-- A batch explains a part only when none of its deliveries was in the release before: after a rebuild all deliveries
-- are one batch, and the difference is then a matter of definition.
with old_cells as (

    select * from read_parquet('{before}')

),

explaining_batches as (

    select batch
    from {batches}
    group by batch
    having bool_and(delivery not in (select delivery from released))

),

last_days as (

    select
        feed,
        max(day) as last_day
    from old_cells
    where measure <> 'population'
    group by feed

),

parts as (

    select
        changes.feed,
        changes.measure,
        changes.day,
        changes.place,
        changes.age_class,
        coalesce(sum(difference) filter (reason = 'new_rows' and changes.day > last_days.last_day), 0) as new_rows,
        coalesce(sum(difference) filter (reason = 'new_rows' and changes.day <= last_days.last_day), 0) as late_rows,
        coalesce(sum(difference) filter (reason = 'correction'), 0) as correction,
        coalesce(sum(difference) filter (reason = 'deletion'), 0) as deletion,
        coalesce(sum(difference) filter (reason = 'erasure'), 0) as erasure
    from {changes} as changes
    semi join explaining_batches using (batch)
    inner join last_days using (feed)
    group by all

),

compared as (

    select
        feed,
        measure,
        day,
        place,
        age_class,
        coalesce(old_cells.figure, 0) as old,
        coalesce(new_cells.figure, 0) as new,
        coalesce(new_rows, 0) as new_rows,
        coalesce(late_rows, 0) as late_rows,
        coalesce(correction, 0) as correction,
        coalesce(deletion, 0) as deletion,
        coalesce(erasure, 0) as erasure
    from old_cells
    full join {cells} as new_cells using (feed, measure, day, place, age_class)
    full join parts using (feed, measure, day, place, age_class)

),

revisions as (

    select
        *,
        case when measure = 'population' then new - old else 0 end as population,
        case when measure = 'population' then 0 else new - old - new_rows - late_rows - correction - deletion - erasure end
            as definition
    from compared
    where new <> old or new_rows <> 0 or late_rows <> 0 or correction <> 0 or deletion <> 0 or erasure <> 0

)

select * from revisions
order by feed, measure, day, place, age_class
