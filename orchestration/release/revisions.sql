-- The published cells that differ, with the parts of the difference: `published` holds both values, `explaining` the
-- batches that a dataset has not told of yet, `changes` what each batch changed and why.
with changes as (

    {parts}

),

parts as (

    select
        explaining.dataset,
        changes.measure,
        changes.day,
        changes.place,
        coalesce(sum(difference) filter (reason = 'new_rows'), 0) as late_rows,
        coalesce(sum(difference) filter (reason = 'correction'), 0) as correction,
        coalesce(sum(difference) filter (reason = 'deletion'), 0) as deletion,
        coalesce(sum(difference) filter (reason not in ('new_rows', 'correction', 'deletion')), 0) as other
    from changes
    inner join (select distinct * from explaining) as explaining using (feed, batch)
    group by all

),

explained as (

    select
        published.*,
        coalesce(late_rows, 0)::double as late_rows,
        coalesce(correction, 0)::double as correction,
        coalesce(deletion, 0)::double as deletion,
        coalesce(other, 0)::double as other
    from published
    left join parts using (dataset, measure, day, place)

),

revisions as (

    select
        *,
        case when measure = 'population' then coalesce(new, 0) - old else 0 end as population,
        case
            when measure = 'population' then 0
            else coalesce(new, 0) - old - late_rows - correction - deletion - other
        end as definition
    from explained

)

select * from revisions
